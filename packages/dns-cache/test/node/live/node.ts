import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROGRAM } from '../../support/program.ts';
import { linesOf } from '../../support/running.ts';
import type { NodeNamespace } from '../support/namespace.ts';
import { newNamespace } from '../support/namespace.ts';
import type { ClusterShape } from './cluster.ts';
import { ADDRESSES, clusterScript, PROGRAMS } from './cluster.ts';

/** A booted kernel (CONTRIBUTING.md) is a tenth as fast. */
export const isOwnMachine = process.env['OWN_MACHINE'] === 'yes';
const WAIT_MS = isOwnMachine ? 300_000 : 30_000;

/** Waits until it holds. @throws Error with what it says that it saw */
export const until = async (holds: () => boolean, seen: () => string): Promise<void> => {
  for (const end = Date.now() + WAIT_MS; !holds(); await sleep(20)) if (Date.now() > end) throw new Error(seen());
};

/** A process in the namespace, and what it has printed. */
export interface Process {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  /** Waits for so many such lines. */
  until(pattern: RegExp, times?: number): Promise<void>;
  /** @returns its status, once it has ended */
  readonly ended: Promise<number | null>;
}

/** What became of the queries of a load. */
export interface LoadResult {
  readonly sent: number;
  readonly answered: number;
  /** After more than 100 ms. */
  readonly late: number;
  readonly lost: number;
  readonly refused: number;
  readonly worstMs: number;
  /** The longest time in which none was answered. */
  readonly outageMs: number;
}

interface Load {
  stop(): Promise<LoadResult>;
}

/** A node of a cluster in a namespace of its own, with a pod and kube-dns. */
export interface LiveNode extends NodeNamespace {
  readonly folder: string;
  readonly local: readonly string[];
  /** The Service that a cache asks. */
  readonly upstream: string;
  /** A program on the node, which goes on until the end at most. */
  start(argv: readonly string[], env?: Readonly<Record<string, string>>): Process;
  /** An agent by the official manifest's arguments, and more. */
  agent(...more: readonly string[]): Process;
  /** A steady load from the pod. */
  load(address: string, perSecond: number, transport?: 'udp' | 'tcp'): Promise<Load>;
  /** Asks, from the pod, for so many names PREFIX-N.SUFFIX, until all are answered. */
  fill(address: string, prefix: string, suffix: string, count: number): Promise<void>;
  /** Asks once, from the pod or from the node. */
  dig(from: 'pod' | 'node', address: string, name: string, ...more: readonly string[]): string;
  /** What kube-dns was asked: `tcp NAME` each. */
  readonly asked: readonly string[];
}

/** The servers of an agent: its children (nsenter becomes what it starts). */
export const serversOf = (node: Pick<LiveNode, 'shell'>, { child }: Process): readonly number[] =>
  node
    .shell('ps -eo pid,ppid,args')
    .split('\n')
    .filter((line) => line.includes('node-server'))
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === child.pid)
    .map(([pid = 0]) => pid);

const TEMPLATE = `cluster.local:53 {
    errors
    cache {
            success 9984 30
            denial 9984 5
    }
    reload 2s 1s
    loop
    bind __PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__
    forward . __PILLAR__CLUSTER__DNS__ {
            force_tcp
    }
    prometheus :9253
    health __PILLAR__LOCAL__DNS__:8080
    }
.:53 {
    errors
    cache 30
    reload 2s 1s
    loop
    bind __PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__
    forward . __PILLAR__UPSTREAM__SERVERS__
    prometheus :9253
    }
`;

/**
 * @param edit what is otherwise in the template
 * @param environment more of what its agents find there
 */
export const newNode = async (
  shape: ClusterShape,
  edit = (template: string): string => template,
  environment: Readonly<Record<string, string>> = {},
): Promise<LiveNode> => {
  const namespace = await newNamespace();
  const folder = mkdtempSync(join(tmpdir(), 'dns-cache-node-'));
  const children: ChildProcess[] = [];
  const families = shape.families.map((family) => ADDRESSES[family]);
  const upstream = families[0]?.upstream ?? '';
  // Programs that a test puts before those of the system.
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'Corefile.base'), edit(TEMPLATE));
  writeFileSync(join(folder, 'resolv.conf'), `nameserver ${upstream}\n`);
  namespace.shell(clusterScript(shape));
  namespace.shell(`mount --bind ${folder}/resolv.conf /etc/resolv.conf`);

  const start = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Process => {
    const child = spawn('nsenter', ['-t', String(namespace.pid), '--net', '--mount', '--', ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, ...env },
    });
    children.push(child);
    const lines = linesOf(child);
    return {
      child,
      lines,
      until: (pattern, times = 1) =>
        until(() => lines.filter((line) => pattern.test(line)).length >= times, () => `no line like ${String(pattern)} in:\n${lines.join('\n')}`),
      ended: once(child, 'exit').then(([status]) => status as number | null),
    };
  };

  const servers = families.map(({ kubeDns }, index) => start(['ip', 'netns', 'exec', 'dns', process.execPath, PROGRAMS.kubeDns, kubeDns, String(index + 1)]));
  for (const server of servers) await server.until(/^ready$/);

  return {
    ...namespace,
    folder,
    upstream,
    start,
    local: families.flatMap(({ local, cluster }) => [local, cluster]),
    agent(...more) {
      const own = families.flatMap(({ local, cluster }) => [local, cluster]).join(',');
      const flags = [
        '-localip', own, '-conf', join(folder, 'Corefile'), '-upstreamsvc', 'kube-dns-upstream', '-pidfile', join(folder, 'pid'),
        '-basecorefile', join(folder, 'Corefile.base'), '-statedir', join(folder, 'state'), '-interfacetype', 'bridge', '-syncinterval', '2s',
      ];
      return start([process.execPath, PROGRAM, 'node', ...flags, ...more], { KUBE_DNS_UPSTREAM_SERVICE_HOST: upstream, ...environment });
    },
    async load(address, perSecond, transport = 'udp') {
      const asking = start(['ip', 'netns', 'exec', 'pod', process.execPath, PROGRAMS.load, address, String(perSecond), transport]);
      await asking.until(/^ready$/);
      return {
        async stop() {
          asking.child.kill('SIGTERM');
          await asking.until(/^\{/);
          return JSON.parse(asking.lines.find((line) => line.startsWith('{')) ?? '') as LoadResult;
        },
      };
    },
    async fill(address, prefix, suffix, count) {
      const asking = start(['ip', 'netns', 'exec', 'pod', process.execPath, PROGRAMS.fill, address, prefix, suffix, String(count)]);
      if ((await asking.ended) !== 0) throw new Error(asking.lines.join('\n'));
    },
    dig(from, address, name, ...more) {
      const who = from === 'pod' ? 'ip netns exec pod ' : '';
      return namespace.shell(`${who}dig +tries=1 +time=2 +short ${more.join(' ')} @${address} ${name} A || true`).trim();
    },
    get asked() {
      return servers.flatMap(({ lines }) => lines.filter((line) => line !== 'ready'));
    },
    end() {
      for (const child of children) child.kill('SIGKILL');
      namespace.shell("for pid in $(ip netns pids pod; ip netns pids dns); do kill -9 $pid; done 2>/dev/null; ip netns del pod; ip netns del dns");
      namespace.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
