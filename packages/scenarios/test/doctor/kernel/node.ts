import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNodeFolder } from '@nodelocal/netfilter-sim/node';
import type { NodeSnapshot } from '@nodelocal/netfilter-sim';
import { ADDRESSES, ASK, CAPTURE_NODE, ECHO_SERVER, PROBE, SET_UP, WANTED } from '../../preflight/kernel/node.ts';
import { rulesFor } from '../../preflight/node.ts';

/** A node in a namespace of its own, with a pod and a cache, for as long as a test needs it. */
export interface LiveNode {
  /** What the commands printed. @throws Error where they failed. */
  readonly run: (script: string) => Promise<string>;
  readonly capture: () => Promise<NodeSnapshot>;
  /** Who got an answer, as `pod udp/10.96.0.10/53`. */
  readonly ask: () => Promise<readonly string[]>;
  readonly end: () => void;
}

/** All that ask, where all is well. */
export const EVERYBODY: readonly string[] = [...WANTED.map((one) => `pod ${one}`), ...[...WANTED, PROBE].map((one) => `node ${one}`)].toSorted();

/** What kube-proxy would have written: for the Service's address, and for `kube-dns-upstream`'s. */
const KUBE_PROXY = ['10.96.0.10', '10.96.0.11'].flatMap((address) =>
  ['PREROUTING', 'OUTPUT'].flatMap((chain) =>
    ['udp', 'tcp'].map((protocol) => `-A ${chain} -d ${address}/32 -p ${protocol} -m ${protocol} --dport 53 -j DNAT --to-destination 172.18.0.99:53`),
  ),
);

/** Starts a cache, for whose answers an echo is as good. */
export const START = `exec 3< <(exec '${process.execPath}' '${ECHO_SERVER}' ${ADDRESSES.join(' ')})
server=$!
trap 'kill $pod $server' EXIT
read -r _ <&3`;

/** This kernel may have no dummies: a bridge without ports is as good. */
const LINK = ['ip link add nodelocaldns type bridge', ...ADDRESSES.map((address) => `ip addr add ${address}/32 dev nodelocaldns`)].join('\n');

const restore = (text: string): string => `iptables-legacy-restore --noflush <<'END'\n${text}END`;

/** @param besides commands of the node's own, before anything of a cache is there */
export const liveNode = async (besides: string): Promise<LiveNode> => {
  const shell = spawn('unshare', ['--net', 'bash'], { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' } });
  shell.stdout.setEncoding('utf8');
  const run = (script: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let printed = '';
      const onData = (text: string): void => {
        printed += text;
        const [, before = '', code = ''] = /^([^]*)\n__end (\d+)\n$/.exec(printed) ?? [];
        if (code === '') return;
        shell.stdout.off('data', onData);
        if (code === '0') resolve(before);
        else reject(new Error(`${script}: ${before}`));
      };
      shell.stdout.on('data', onData);
      shell.stdin.write(`{\n${script}\n} < /dev/null 2>&1\nprintf '\\n__end %s\\n' $?\n`);
    });
  await run(`${SET_UP}\nset +e\n${restore(['*nat', ...KUBE_PROXY, 'COMMIT', ''].join('\n'))}`);
  await run(`${besides}\n${LINK}`);
  await run(restore(rulesFor(...ADDRESSES)));
  await run(START);
  return {
    run,
    capture: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'doctor-node-'));
      try {
        await run(`sh '${CAPTURE_NODE}' '${folder}' 2> /dev/null`);
        return readNodeFolder(folder);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    ask: async () => {
      const asked = `in_pod '${process.execPath}' '${ASK}' ${WANTED.join(' ')} | sed 's/^/pod /'\n'${process.execPath}' '${ASK}' ${[...WANTED, PROBE].join(' ')} | sed 's/^/node /'`;
      return (await run(asked)).split('\n').filter((line) => line !== '').toSorted();
    },
    end: () => void shell.stdin.end(),
  };
};
