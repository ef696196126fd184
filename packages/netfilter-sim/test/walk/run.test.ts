import { newHostState, seededChance, send } from '@nodelocal/netfilter-sim';
import type { HostState } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { flightOf, lab, rules } from '../support/lab.ts';

const node = lab(rules({ nat: ['-A POSTROUTING -o eth0 -j MASQUERADE --random-fully'], filter: [] }));
const query = (port: number): string => `pod1: udp 10.244.1.5:${port} > 10.244.2.7:53`;

describe('a world is a value', () => {
  it('is as it was after a packet was sent through it', () => {
    const before = newHostState();
    const { state, journey } = send(node.host, before, flightOf(query(1000)), seededChance(1));
    expect(journey.outcome).toEqual({ kind: 'forwarded', device: 'eth0' });
    expect(state.conntrack.entries.size).toBe(1);
    expect(before).toEqual(newHostState());
  });

  it('branches: two futures of one state do not know of each other', () => {
    const { state: first } = send(node.host, newHostState(), flightOf(query(1000)), seededChance(1));
    const left = send(node.host, first, flightOf(query(1001)), seededChance(1)).state;
    const right = send(node.host, first, flightOf(query(1002)), seededChance(1)).state;
    const ports = ({ conntrack }: HostState): readonly unknown[] =>
      [...conntrack.entries.values()].map(({ original }) => original.kind === 'ports' && original.sport);
    expect([ports(first), ports(left), ports(right)]).toEqual([[1000], [1000, 1001], [1000, 1002]]);
  });

  it('shares what did not change', () => {
    const { state: first } = send(node.host, newHostState(), flightOf(query(1000)), seededChance(1));
    const { state: second } = send(node.host, first, flightOf(query(1001)), seededChance(1));
    expect(second.conntrack.entries.get(1)).toBe(first.conntrack.entries.get(1));
  });

  it('gives what the fast way gives', () => {
    const chance = seededChance(7);
    let state = newHostState();
    for (const port of [1000, 1001, 1000]) ({ state } = send(node.host, state, flightOf(query(port)), chance));
    const fast = lab(rules({ nat: ['-A POSTROUTING -o eth0 -j MASQUERADE --random-fully'], filter: [] }), {}, 7);
    for (const port of [1000, 1001, 1000]) fast.send(query(port));
    expect(state).toEqual(fast.state);
  });
});

it('repeats itself for the same seed, and only for it', () => {
  const portOf = (seed: number): unknown => {
    const { journey } = send(node.host, newHostState(), flightOf(query(1000)), seededChance(seed));
    return journey.packet.kind === 'udp' && journey.packet.sport;
  };
  expect(portOf(3)).toBe(portOf(3));
  expect(portOf(3)).not.toBe(portOf(4));
});
