import { fileURLToPath } from 'node:url';
import { createFlows } from '@nodelocal/scenarios';
import { address, arriving, atMs, printTable, readNode, run, seededChance } from '@nodelocal/netfilter-sim';
import type { Packet } from '@nodelocal/netfilter-sim';
import { readNodeFolder } from '@nodelocal/netfilter-sim/node';
import { expect, it } from 'vitest';

const NODE = fileURLToPath(new URL('../../nodes/kube-proxy', import.meta.url));

it.each([1, 2, 3, 4])("counts a socket's entries as a node's conntrack has them (seed %i)", (seed) => {
  const chance = seededChance(seed);
  const { host, state } = readNode(readNodeFolder(NODE));
  const flows = createFlows();
  const datagram = (src: string, sport: number, dst: string, dport: number): Packet =>
    ({ kind: 'udp', family: 'ipv4', src: address(src), dst: address(dst), sport, dport, ttl: 64, tos: 0, payloadBytes: 40 }) as Packet;
  const counts: number[] = [];
  const endMs = 600_000;
  const packets = Array.from({ length: 60 }, () => ({ atMs: chance.integer(endMs / 2) + 0.5, port: 40_000 + chance.integer(8), isAnswered: chance.integer(4) > 0 }));
  packets.sort((one, other) => one.atMs - other.atMs);

  const walk = (packet: Packet, device: string): Packet => run(host, state, arriving(packet, device), chance).packet;
  const countUntil = (ms: number): void => {
    for (; counts.length * 1000 < ms; counts.push(printTable(state.conntrack, state.now).length)) state.now = atMs(counts.length * 1000);
  };
  for (const { atMs: moment, port, isAnswered } of packets) {
    countUntil(moment);
    state.now = atMs(moment);
    const key = String(port);
    const flow = flows.find(key, moment) ?? flows.open(key, 0, moment);
    const there = walk(datagram('192.168.82.65', port, '10.96.0.10', 53), 'cali5f3c9a1e0d2');
    flows.packet(flow, 'original', moment);
    if (!isAnswered) continue;
    const { src, dst } = there;
    if (there.kind !== 'udp') throw new TypeError('no datagram any more');
    walk(datagram(dst, there.dport, src, there.sport), 'eth0');
    flows.packet(flow, 'reply', moment);
  }
  countUntil(endMs);
  expect(Math.max(...counts)).toBeGreaterThan(4);
  expect(flows.count(endMs)).toEqual(counts);
});
