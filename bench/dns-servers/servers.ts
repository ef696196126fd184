import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { encodeQuery } from '@nodelocal/dns-cache';
import { zoneText } from './names.ts';

/** A server under test, listening on 127.0.0.1. */
export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** How many threads answer. */
  readonly threads: number;
  /** From the start of the process until it answered. */
  readonly startMs: number;
  stop(): Promise<void>;
}

/** Over what it asks its upstream. */
export type Over = 'udp' | 'tcp';

/** One datagram, as anybody may send it, and whether an answer comes before the next one is due. */
const answers = async (port: number): Promise<boolean> => {
  const socket = createSocket('udp4');
  try {
    socket.send(encodeQuery({ id: 1, name: 'ns.bench.test', type: 'A' }), port, '127.0.0.1');
    const heard: unknown = await Promise.race([once(socket, 'message'), sleep(LOOK_EVERY_MS)]);
    return Array.isArray(heard) && Buffer.isBuffer(heard[0]) && (heard[0].readUInt8(3) & 15) === 0;
  } finally {
    socket.close();
  }
};

const LOOK_EVERY_MS = 10;
const START_MS_MAX = 10_000;

const start = async (name: string, port: number, command: string, args: readonly string[], threads = 1): Promise<Server> => {
  const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
  const child: ChildProcess = spawn(command, args, { stdio: 'ignore', env: environment });
  const exited = once(child, 'exit');
  const begun = performance.now();
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() - begun > START_MS_MAX) throw new Error(`${name} does not answer on port ${port}`);
  }
  const startMs = performance.now() - begun;
  return {
    name,
    pid: child.pid ?? 0,
    port,
    threads,
    startMs,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
};

const folderFor = (folder: string, name: string): string => {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  return own;
};

export const startNsd = (folder: string, port: number): Promise<Server> => {
  const own = folderFor(folder, 'nsd');
  writeFileSync(join(own, 'zone'), zoneText());
  writeFileSync(
    join(own, 'nsd.conf'),
    `server:
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  zonesdir: "${own}"
  pidfile: ""
  zonelistfile: "${own}/zone.list"
  xfrdfile: ""
  xfrdir: "${own}"
  database: ""
  server-count: 1
  tcp-count: 2000
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: bench.test
  zonefile: zone
`,
  );
  return start('nsd', port, 'nsd', ['-d', '-c', join(own, 'nsd.conf')]);
};

/** The checkout that this file is of. */
export const HERE = fileURLToPath(new URL('../../..', import.meta.url));

/** The settings of node-cache's first block, with TTLs that outlast the benchmark. */
const corefile = (port: number, upstream: number, over: Over, more: readonly string[] = []): string => `.:${port} {
  errors
  cache {
    success 9984 3600
    denial 9984 3600
  }
  bind 127.0.0.1
  forward . 127.0.0.1:${upstream}${over === 'tcp' ? ' {\n    force_tcp\n  }' : ''}
${more.map((line) => `  ${line}\n`).join('')}}
`;

export interface OursOptions {
  /** Built. */
  readonly checkout: string;
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly upstream: number;
  /** The port of its metrics and profiles. */
  readonly metrics: number;
  readonly over: Over;
  /** The Node.js that runs it; this one unless given. */
  readonly program?: string;
  /** By how many threads it answers; one unless given. */
  readonly threads?: number;
  /** More directives. */
  readonly lines?: readonly string[];
}

/** The dns-cache of a checkout. */
export const startOurs = ({ checkout, name, folder, port, upstream, metrics, over, program = process.execPath, threads = 1, lines: more = [] }: OursOptions): Promise<Server> => {
  const own = folderFor(folder, name);
  const main = join(checkout, 'packages/dns-cache/dist/cli/main.js');
  const several = threads === 1 ? [] : [`multisocket ${threads}`];
  const lines = [...several, `prometheus 127.0.0.1:${metrics}`, `pprof 127.0.0.1:${metrics}`, ...more];
  writeFileSync(join(own, 'Corefile'), corefile(port, upstream, over, lines));
  return start(name, port, program, [main, 'serve', '-conf', join(own, 'Corefile')], threads);
};

export const startCoreDns = (program: string, folder: string, port: number, upstream: number, over: Over): Promise<Server> => {
  const own = folderFor(folder, 'coredns');
  writeFileSync(join(own, 'Corefile'), corefile(port, upstream, over));
  return start('CoreDNS', port, program, ['-conf', join(own, 'Corefile')]);
};

/** Without the interface and the rules that it would set up. */
export const startNodeCache = (program: string, folder: string, port: number, upstream: number, over: Over): Promise<Server> => {
  const own = folderFor(folder, 'node-cache');
  writeFileSync(join(own, 'Corefile'), corefile(port, upstream, over));
  const flags = ['-localip', '127.0.0.1', '-setupinterface=false', '-setupiptables=false', '-skipteardown=true'];
  return start('node-cache', port, program, [...flags, '-conf', join(own, 'Corefile')]);
};

export const startUnbound = (folder: string, port: number, upstream: number, over: Over): Promise<Server> => {
  const own = folderFor(folder, 'unbound');
  writeFileSync(
    join(own, 'unbound.conf'),
    `server:
  interface: 127.0.0.1@${port}
  username: ""
  chroot: ""
  directory: "${own}"
  pidfile: ""
  do-daemonize: no
  use-syslog: no
  logfile: "${own}/log"
  num-threads: 1
  module-config: "iterator"
  do-not-query-localhost: no
  local-zone: "test." nodefault
  cache-max-negative-ttl: 3600
  msg-cache-size: 16m
  rrset-cache-size: 32m
${over === 'tcp' ? '  tcp-upstream: yes\n' : ''}remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${upstream}
`,
  );
  return start('unbound', port, 'unbound', ['-d', '-c', join(own, 'unbound.conf')]);
};

export const startDnsmasq = (_folder: string, port: number, upstream: number): Promise<Server> =>
  start('dnsmasq', port, 'dnsmasq', [
    '--keep-in-foreground', '--conf-file=/dev/null', '--pid-file=', '--user=root', '--no-resolv', '--no-hosts',
    '--listen-address=127.0.0.1', '--bind-interfaces', `--port=${port}`, `--server=127.0.0.1#${upstream}`,
    '--cache-size=20000', '--dns-forward-max=1000',
  ]);
