import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADDRESSES } from './cluster.ts';
import type { LiveNode, Process } from './node.ts';
import { serversOf } from './node.ts';

/*
 * By what faults are made.
 */

/** The one that serves is the older one. */
export const killServer = (node: LiveNode, agent: Process): void => {
  const [serving] = serversOf(node, agent).toSorted((one, other) => one - other);
  if (serving === undefined) throw new Error('no server');
  process.kill(serving, 'SIGKILL');
};

/** All of its processes at once. */
export const killAll = (node: LiveNode, agent: Process): void => {
  for (const pid of [agent.child.pid ?? 0, ...serversOf(node, agent)]) process.kill(pid, 'SIGKILL');
};

/** It was told to end, and cannot take its rules away. */
export const expectToGoOn = async ({ child }: Process): Promise<void> => {
  await sleep(2500);
  if (child.exitCode !== null) throw new Error('it has ended, and its rules have not');
};

/** What it takes from here on is a megabyte at most. @returns what removes the group, once it is dead */
export const limitMemory = (node: LiveNode, pid: number): (() => void) => {
  const [parent, limit] = existsSync('/sys/fs/cgroup/memory') ? ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'] : ['/sys/fs/cgroup', 'memory.max'];
  const group = `${parent}/dns-cache-test-${pid}`;
  node.shell(`mkdir ${group}; echo ${pid} > ${group}/cgroup.procs; echo 1048576 > ${group}/${limit}`);
  return () => void node.shell(`rmdir ${group}`);
};

/**
 * As many flows in both directions as the kernel has room for: none of them may go for a new one. The limit is the machine's, but
 * each namespace has its own count (nf_conntrack_core.c, __nf_conntrack_alloc).
 */
export const fillConntrack = (node: LiveNode): void => {
  const entry = `printf "-A -t 600 -u SEEN_REPLY,ASSURED -p udp -s 10.9.%d.%d -d 10.10.0.1 --sport %d --dport 53\\n", i / 65536, i / 256 % 256, 1024 + i % 256`;
  const count = node.shell(`max=$(cat /proc/sys/net/netfilter/nf_conntrack_max)
    awk -v max=$max 'BEGIN { for (i = 0; i <= max; i++) ${entry} }' > ${node.folder}/flows
    conntrack -R ${node.folder}/flows 2>/dev/null || true
    echo $(conntrack -C) of $max`);
  const [have, max] = count.trim().split(' of ');
  if (have !== max) throw new Error(`the table is not full: ${count}`);
};

export const restart = async (node: LiveNode, agent: Process): Promise<Process> => {
  agent.child.kill('SIGTERM');
  await agent.ended;
  const next = node.agent();
  await next.until(/Added back/);
  return next;
};

/** Puts a script in the place of the program that changes rules. */
export const standIn = ({ folder }: LiveNode, script: string): void => {
  for (const name of ['iptables-restore', 'iptables-nft-restore']) {
    const lines = ['#!/bin/sh', `real=/usr/sbin/iptables-nft-restore`, 'case "$*" in *--version*) exec $real "$@" ;; esac', script, ''];
    writeFileSync(join(folder, 'bin', name), lines.join('\n'), { mode: 0o755 });
  }
};

export const standOut = ({ folder }: LiveNode): void => {
  for (const name of ['iptables-restore', 'iptables-nft-restore']) rmSync(join(folder, 'bin', name));
};

/** Asks for names that take kube-dns 300 ms. @returns what waits for all the answers, and throws where one does not come */
export const askSlowly = (node: LiveNode): (() => Promise<void>) => {
  const answers = Array.from({ length: 5 }, (_, index) => {
    const asking = node.background(`exec ip netns exec pod dig +tries=1 +time=3 +short @${ADDRESSES.ipv4.cluster} slow${index}.cluster.local A`);
    return new Promise<string>((resolve) => asking.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())));
  });
  return async () => {
    const heard = await Promise.race([Promise.all(answers), sleep(5000).then(() => ['nothing'])]);
    if (heard.some((one) => one !== '192.0.2.1')) throw new Error(`answers under way: ${heard.join(', ')}`);
  };
};

/** What the agent wrote down of itself, for a failure's message. */
export const tellOf = (agent: Process): string => agent.lines.filter((line) => !line.includes('Added back')).join('\n');
