import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADDRESSES } from './cluster.ts';
import { askSlowly, expectToGoOn, fillConntrack, killAll, killServer, limitMemory, restart, standIn, standOut } from './fault-tools.ts';
import type { LiveNode, Process } from './node.ts';
import { serversOf } from './node.ts';

const { kubeDns } = ADDRESSES.ipv4;

/** What happens to an agent that has settled, while a pod asks all the time. */
export interface Fault {
  readonly name: string;
  /** More of its arguments. */
  readonly flags?: readonly string[];
  /** Before it starts; `settled` is what it says once nothing more is to come. */
  readonly before?: { readonly prepare: (node: LiveNode) => void; readonly settled: RegExp };
  readonly happen: (node: LiveNode, agent: Process) => Promise<void>;
  /** It is done to the whole machine, which is therefore one of the test's own. */
  readonly isMachines?: true;
  /** Queries to the cluster address that may get no answer, and for how long that may go on, in milliseconds. */
  readonly lostMax: number;
  readonly outageMaxMs: number;
}

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
      killAll(node, agent);
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
      killAll(node, agent);
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
    outageMaxMs: 500,
  },
  {
    name: 'conntrack table full for 2 s',
    async happen(node) {
      fillConntrack(node);
      await sleep(2000);
      node.shell('conntrack -F 2>/dev/null');
      await sleep(1000);
    },
    ...NONE,
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
    name: 'clock set back by an hour',
    isMachines: true,
    async happen(node) {
      node.shell('date -s "-1 hour" >/dev/null');
      await sleep(5000);
      node.shell('date -s "+1 hour" >/dev/null');
      await sleep(2000);
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
      await expectToGoOn(agent);
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
      await expectToGoOn(agent);
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
