import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { address } from '@nodelocal/netfilter-sim';
import type { CaptureReport } from '@nodelocal/scenarios';
import { describeCapture, explainCapture, readCapture } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { whyNot } from '../../preflight/kernel/node.ts';
import { liveNode } from './node.ts';
import type { LiveNode } from './node.ts';

const SERVER = fileURLToPath(new URL('../../../../dns-cache/dist/cli/main.js', import.meta.url));
const COREFILE = `.:53 {
    bind 169.254.20.10 10.96.0.10
    hosts {
        192.0.2.1 a.test
    }
}
`;

const ASK_A = "in_pod dig @10.96.0.10 +tries=1 +time=1 a.test A > /dev/null";

const missing = (): string | undefined => {
  const tools = ['tcpdump', 'dig'].filter((tool) => spawnSync(tool, ['-h']).error !== undefined);
  return tools.length > 0 ? `there is no ${tools.join(' and no ')}` : whyNot();
};

interface Case {
  readonly name: string;
  /** Between the start of the cache and the capture. */
  readonly change?: string;
  readonly device: string;
  readonly ask: string;
  readonly kinds: readonly string[];
  readonly shows: readonly (string | RegExp)[];
}

const CASES: readonly Case[] = [
  {
    name: 'answers all over UDP and TCP, seen at every device',
    device: 'any',
    ask: `${ASK_A}; in_pod dig @169.254.20.10 +tcp a.test A > /dev/null; dig @169.254.20.10 a.test AAAA > /dev/null`,
    kinds: [],
    shows: [
      /cali1 in: udp 10\.244\.1\.5:\d+ > 10\.96\.0\.10:53 asks A a\.test\./,
      /the model, in by cali1: not tracked by rule \d+ of raw PREROUTING \(the cache's\).*delivered to nodelocaldns/,
      /the model, sent by the node: not tracked by rule \d+ of raw OUTPUT \(the cache's\)/,
      /answers A a\.test\.: 192\.0\.2\.1/,
    ],
  },
  {
    name: "sees at the pod's own link that nobody listens",
    change: "kill $server; while kill -0 $server 2> /dev/null; do sleep 0.05; done; trap 'kill $pod' EXIT",
    device: 'cali1',
    ask: ASK_A,
    kinds: ['refused'],
    shows: [/port unreachable \(10\.244\.1\.5:\d+ > 10\.96\.0\.10:53\)/, /the model, in by cali1: .*delivered to this node, where nobody listens/],
  },
  {
    name: 'sees that a query goes past the cache, as the model has it',
    change: "iptables-legacy-save | grep -v -- '-A PREROUTING .*skip conntrack' > /tmp/pcap-$$ && iptables-legacy-restore < /tmp/pcap-$$; rm /tmp/pcap-$$; ip neigh add 172.18.0.99 lladdr 02:00:00:00:00:99 dev eth0",
    device: 'any',
    ask: `${ASK_A}; sleep 0.2; ${ASK_A}`,
    kinds: ['unanswered', 'open', 'asked-anew'],
    shows: [/translated to 172\.18\.0\.99:53 by rule/, /as in the model, packet \d+ is it on its way to 172\.18\.0\.99:53/],
  },
  {
    name: 'sees an answer from another address than was asked',
    change: `kill $server; while kill -0 $server 2> /dev/null; do sleep 0.05; done
exec 3< <(exec '${process.execPath}' -e "const d=require('dgram');const a=d.createSocket('udp4'),b=d.createSocket('udp4');a.on('message',(m,r)=>{m[2]|=0x80;b.send(m,r.port,r.address)});b.bind(53,'172.18.0.2',()=>a.bind(53,'10.96.0.10',()=>console.log('there')))")
server=$!
read -r _ <&3`,
    device: 'cali1',
    ask: ASK_A,
    kinds: ['answered-from-elsewhere'],
    shows: [/from 172\.18\.0\.2:53, and 10\.96\.0\.10:53 was asked/],
  },
  {
    name: 'sees who asks again',
    change: 'iptables-legacy -t raw -I PREROUTING -i cali1 -p udp --dport 53 -m statistic --mode nth --every 1000 --packet 0 -j DROP',
    device: 'cali1',
    ask: `printf 'nameserver 10.96.0.10\\noptions timeout:1\\n' > /tmp/pcap-$$
in_pod unshare --mount bash -c "mount --bind /tmp/pcap-$$ /etc/resolv.conf; getent ahosts a.test" > /dev/null; rm /tmp/pcap-$$`,
    kinds: ['late', 'asked-again', 'asked-again'],
    shows: [/A a\.test\. again from the same socket, 1\.\d s after/, /A and AAAA from one socket/],
  },
];

const startCache = async ({ run }: LiveNode, corefile: string): Promise<string> =>
  run(`kill $server; while kill -0 $server 2> /dev/null; do sleep 0.05; done
'${process.execPath}' '${SERVER}' serve -conf '${corefile}' > /dev/null 2>&1 &
server=$!
trap 'kill $pod $server' EXIT
for _ in $(seq 100); do dig @169.254.20.10 +tries=1 +time=1 a.test A > /dev/null && break; sleep 0.05; done`);

const capture = async ({ run }: LiveNode, folder: string, { device, ask }: Case): Promise<Uint8Array> => {
  await run(`tcpdump -i ${device} --immediate-mode -U -s 0 -w '${folder}/seen.pcap' port 53 or icmp 2> '${folder}/said' & dump=$!
until grep -q listening '${folder}/said'; do sleep 0.02; done
${ask}
sleep 0.2; kill -INT $dump; wait $dump; true`);
  return readFileSync(join(folder, 'seen.pcap'));
};

const explained = async (each: Case): Promise<CaptureReport> => {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-pcap-'));
  const node = await liveNode('');
  try {
    const corefile = join(folder, 'Corefile');
    writeFileSync(corefile, COREFILE);
    await startCache(node, corefile);
    if (each.change !== undefined) await node.run(each.change);
    const bytes = await capture(node, folder, each);
    const plan = { snapshot: await node.capture(), device: 'nodelocaldns', dnsPort: 53, healthPort: 8080, pods: [{ device: 'cali1', address: address('10.244.1.5') }] };
    return explainCapture(plan, readCapture('seen.pcap', bytes), each.device === 'any' ? undefined : each.device);
  } finally {
    node.end();
    rmSync(folder, { recursive: true });
  }
};

const why = missing();

describe.skipIf(why !== undefined)(`captures of the live kernel${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  it.each(CASES)('$name', async (each) => {
    const report = await explained(each);
    const text = describeCapture(report, 'nodelocaldns').join('\n');
    const kinds = report.oddities.filter(({ kind }) => !['checksums', 'one-socket'].includes(kind)).map(({ kind }) => kind);
    expect({ kinds, text }).toEqual({ kinds: each.kinds, text });
    for (const part of each.shows) expect(text).toMatch(part);
    expect(report.isSound).toBe(each.kinds.length === 0);
  });
});
