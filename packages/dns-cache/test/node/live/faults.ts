import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADDRESSES } from './cluster.ts';
import type { LiveNode, Process } from './node.ts';
import { serversOf } from './node.ts';

const { cluster, kubeDns } = ADDRESSES.ipv4;

/** What happens to an agent that has settled, while a pod asks all the time. */
export interface Fault {
  readonly name: string;
  /** More of its arguments. */
  readonly flags?: readonly string[];
  /** Before it starts; `settled` is what it says once nothing more is to come. */
  readonly before?: { readonly prepare: (node: LiveNode) => void; readonly settled: RegExp };
  readonly happen: (node: LiveNode, agent: Process) => Promise<void>;
  /** Queries to the cluster address that may get no answer, and for how long that may go on, in milliseconds. */
  readonly lostMax: number;
  readonly outageMaxMs: number;
}

/** The one that serves is the older one. */
const killServer = (node: LiveNode, agent: Process): void => {
  const [serving] = serversOf(node, agent).toSorted((one, other) => one - other);
  if (serving === undefined) throw new Error('no server');
  process.kill(serving, 'SIGKILL');
};

/** What it takes from here on is a megabyte at most. @returns what removes the group, once it is dead */
const limitMemory = (node: LiveNode, pid: number): (() => void) => {
  const [parent, limit] = existsSync('/sys/fs/cgroup/memory') ? ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'] : ['/sys/fs/cgroup', 'memory.max'];
  const group = `${parent}/dns-cache-test-${pid}`;
  node.shell(`mkdir ${group}; echo ${pid} > ${group}/cgroup.procs; echo 1048576 > ${group}/${limit}`);
  return () => void node.shell(`rmdir ${group}`);
};

const restart = async (node: LiveNode, agent: Process): Promise<Process> => {
  agent.child.kill('SIGTERM');
  await agent.ended;
  const next = node.agent();
  await next.until(/Added back/);
  return next;
};

/** Puts a script in the place of the program that changes rules. */
const standIn = ({ folder }: LiveNode, script: string): void => {
  for (const name of ['iptables-restore', 'iptables-nft-restore']) {
    const lines = ['#!/bin/sh', `real=/usr/sbin/iptables-nft-restore`, 'case "$*" in *--version*) exec $real "$@" ;; esac', script, ''];
    writeFileSync(join(folder, 'bin', name), lines.join('\n'), { mode: 0o755 });
  }
};

const standOut = ({ folder }: LiveNode): void => {
  for (const name of ['iptables-restore', 'iptables-nft-restore']) rmSync(join(folder, 'bin', name));
};

/** Asks for names that take kube-dns 300 ms. @returns what waits for all the answers, and throws where one does not come */
const askSlowly = (node: LiveNode): (() => Promise<void>) => {
  const answers = Array.from({ length: 5 }, (_, index) => {
    const asking = node.background(`exec ip netns exec pod dig +tries=1 +time=3 +short @${cluster} slow${index}.cluster.local A`);
    return new Promise<string>((resolve) => asking.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())));
  });
  return async () => {
    const heard = await Promise.race([Promise.all(answers), sleep(5000).then(() => ['nothing'])]);
    if (heard.some((one) => one !== '192.0.2.1')) throw new Error(`answers under way: ${heard.join(', ')}`);
  };
};

const NONE = { lostMax: 0, outageMaxMs: 0 } as const;

export const FAULTS: readonly Fault[] = [
  { name: 'nothing', happen: () => sleep(1000), ...NONE },
  {
    name: 'SIGTERM',
    async happen(_, agent) {
      agent.child.kill('SIGTERM');
      await agent.ended;
    },
    ...NONE,
  },
  { name: 'restart', happen: async (node, agent) => void (await restart(node, agent)), ...NONE },
  {
    name: 'upgrade: another agent beside it',
    async happen(node, agent) {
      const next = node.agent();
      await next.until(/Went on in the place/);
      agent.child.kill('SIGTERM');
      await agent.ended;
    },
    ...NONE,
  },
  {
    name: 'downgrade: the other one ends, and this one goes on at once',
    async happen(node, agent) {
      const next = node.agent();
      await next.until(/Went on in the place/);
      next.child.kill('SIGTERM');
      await next.ended;
      await agent.until(/Added back nodelocaldns rule/, 25);
    },
    ...NONE,
  },
  {
    name: 'kill -9 of the server',
    async happen(node, agent) {
      killServer(node, agent);
      await agent.until(/goes on in the place/);
    },
    ...NONE,
  },
  {
    name: 'the kernel kills the server for its memory',
    async happen(node, agent) {
      const [serving = 0] = serversOf(node, agent).toSorted((one, other) => one - other);
      const lift = limitMemory(node, serving);
      // Pages that are made take memory.
      for (let times = 0; times < 200 && !agent.lines.some((line) => line.includes('goes on in the place')); times += 1) {
        node.shell('curl -s -m 1 http://127.0.0.1:9353/metrics >/dev/null || true');
        await sleep(10);
      }
      await agent.until(/ended by SIGKILL/);
      lift();
      await agent.until(/goes on in the place/);
    },
    ...NONE,
  },
  {
    name: 'kill -9 of both servers',
    async happen(node, agent) {
      for (const pid of serversOf(node, agent)) process.kill(pid, 'SIGKILL');
      await agent.until(/is no more/, 2);
    },
    lostMax: 0,
    outageMaxMs: 0,
  },
  {
    name: 'servers that cannot start',
    async happen(node, agent) {
      writeFileSync(join(node.folder, 'Corefile'), 'nonsense {\n');
      for (let times = 0; times < 4; times += 1) {
        for (const pid of serversOf(node, agent)) process.kill(pid, 'SIGKILL');
        await sleep(400);
      }
      await agent.until(/Queries go to kube-dns/);
    },
    lostMax: 400,
    outageMaxMs: 3000,
  },
  {
    name: 'kill -9 of the supervisor',
    async happen(_, agent) {
      agent.child.kill('SIGKILL');
      await agent.until(/Tearing down/, 2);
    },
    ...NONE,
  },
  {
    name: 'kill -9 of all, iptables; started again after 2 s',
    async happen(node, agent) {
      const all = [agent.child.pid ?? 0, ...serversOf(node, agent)];
      for (const pid of all) process.kill(pid, 'SIGKILL');
      await sleep(2000);
      await node.agent().until(/^linux\//);
    },
    lostMax: 600,
    outageMaxMs: 8000,
  },
  {
    name: 'kill -9 of all, nftables',
    flags: ['-rulesbackend=nftables'],
    async happen(node, agent) {
      const all = [agent.child.pid ?? 0, ...serversOf(node, agent)];
      for (const pid of all) process.kill(pid, 'SIGKILL');
      await sleep(4000);
    },
    lostMax: 400,
    outageMaxMs: 3500,
  },
  {
    name: 'rules flushed by another program',
    async happen(node, agent) {
      const before = agent.lines.filter((line) => line.includes('Added back')).length;
      node.shell('iptables-nft -t raw -F; iptables-nft -F');
      await agent.until(/Added back/, before + 1);
    },
    ...NONE,
  },
  {
    name: 'interface removed by another program',
    async happen(node, agent) {
      node.shell('ip link del nodelocaldns');
      await agent.until(/Added interface/, 2);
    },
    lostMax: 300,
    outageMaxMs: 3000,
  },
  {
    name: 'addresses removed by another program',
    async happen(node, agent) {
      node.shell('ip addr flush dev nodelocaldns');
      await agent.until(/Added address/, 2);
    },
    lostMax: 300,
    outageMaxMs: 3000,
  },
  {
    name: 'upstream gone for 2 s',
    async happen(node) {
      node.shell(`ip -n dns addr del ${kubeDns}/32 dev eth0`);
      await sleep(2000);
      node.shell(`ip -n dns addr add ${kubeDns}/32 dev eth0`);
      await sleep(1000);
    },
    // The half of them that is new waits for it.
    lostMax: 250,
    outageMaxMs: 100,
  },
  {
    name: 'disk full',
    async happen(node, agent) {
      node.shell(`mount -t tmpfs -o size=4k none ${node.folder}/state; dd if=/dev/zero of=${node.folder}/state/full bs=4k count=1 2>/dev/null || true`);
      killServer(node, agent);
      await agent.until(/goes on in the place/);
      await sleep(500);
      node.shell(`umount -l ${node.folder}/state`);
    },
    ...NONE,
  },
  {
    name: 'two agents at once',
    async happen(node) {
      const [one, other] = [node.agent(), node.agent()];
      await Promise.race([one, other].map((each) => each.until(/Went on in the place/)));
      await sleep(1000);
    },
    ...NONE,
  },
  {
    name: 'answers in flight at SIGTERM',
    async happen(node, agent) {
      const answers = askSlowly(node);
      await sleep(150);
      agent.child.kill('SIGTERM');
      await agent.ended;
      await answers();
    },
    ...NONE,
  },
  {
    name: 'answers in flight at kill -9 of the server',
    async happen(node, agent) {
      const answers = askSlowly(node);
      await sleep(150);
      killServer(node, agent);
      await answers();
    },
    ...NONE,
  },
  {
    name: 'iptables that fails at the start, and works later',
    before: { prepare: (node) => standIn(node, 'echo "iptables: no" >&2; exit 1'), settled: /Error checking\/adding/ },
    async happen(node, agent) {
      standOut(node);
      await agent.until(/Added back/);
    },
    ...NONE,
  },
  {
    name: 'iptables that hangs at the start',
    before: { prepare: (node) => standIn(node, 'sleep 100'), settled: /^linux\// },
    async happen(_, agent) {
      await sleep(1000);
      agent.child.kill('SIGKILL');
    },
    ...NONE,
  },
  {
    name: 'iptables that fails at the end: it goes on until the rules can go',
    async happen(node, agent) {
      standIn(node, 'echo "iptables: no" >&2; exit 1');
      agent.child.kill('SIGTERM');
      await sleep(2500);
      if (agent.child.exitCode !== null) throw new Error('it has ended, and its rules have not');
      standOut(node);
      await agent.ended;
    },
    ...NONE,
  },
  {
    name: 'iptables that hangs at the end',
    async happen(node, agent) {
      const hangs = join(node.folder, 'hangs');
      writeFileSync(hangs, '');
      standIn(node, `while [ -e ${hangs} ]; do sleep 0.1; done; exit 1`);
      agent.child.kill('SIGTERM');
      await sleep(2500);
      if (agent.child.exitCode !== null) throw new Error('it has ended, and its rules have not');
      standOut(node);
      rmSync(hangs);
      await agent.ended;
    },
    ...NONE,
  },
  {
    name: 'SIGTERM while the rules go in',
    before: { prepare: (node) => standIn(node, 'sleep 0.7; exec $real "$@"'), settled: /^linux\// },
    async happen(_, agent) {
      await sleep(100);
      agent.child.kill('SIGTERM');
      await agent.ended;
    },
    ...NONE,
  },
];

/** What the agent wrote down of itself, for a failure's message. */
export const tellOf = (agent: Process): string => agent.lines.filter((line) => !line.includes('Added back')).join('\n');
