import type { Exploration, Journey } from '@nodelocal/netfilter-sim';
import { assuming, certaintyOf, compareNodes, explore, flightFrom, newHostState, run, seededChance } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { lab, rules } from '../support/lab.ts';

const UNKNOWN = { kind: 'unknown' } as const;
const ports = seededChance(1);
const QUERY = 'pod1: udp 10.244.1.5:40000 > 10.96.0.10:53';

const balanced = lab(
  rules({
    nat: [
      '-A PREROUTING -d 10.96.0.10/32 -m statistic --mode random --probability 0.25 -j DNAT --to-destination 10.244.2.7',
      '-A PREROUTING -d 10.96.0.10/32 -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.244.2.8',
      '-A PREROUTING -d 10.96.0.10/32 -j DNAT --to-destination 10.244.2.9',
    ],
  }),
);

const owned = lab(rules({ filter: ['-A OUTPUT -m owner --uid-owner 0 -j ACCEPT', '-A OUTPUT -j DROP'] }));

const exploreOn = ({ host }: ReturnType<typeof lab>, packet: string): Exploration =>
  explore(host, newHostState(), flightFrom(host, packet, UNKNOWN), { ports });

const goesTo =
  (address: string) =>
  ({ packet }: Journey): boolean =>
    packet.dst === address;

describe('a packet with more than one way', () => {
  it('has each way with its probability', () => {
    const { kind, possibilities } = exploreOn(balanced, QUERY);
    expect(kind).toBe('complete');
    expect(new Map(possibilities.map(({ journey, probability }) => [journey.packet.dst as string, probability]))).toEqual(
      new Map([
        ['10.244.2.7', 0.25],
        ['10.244.2.8', 0.375],
        ['10.244.2.9', 0.375],
      ]),
    );
  });

  it('is answered exactly, possibly or not at all, with the rules that decide', () => {
    const found = exploreOn(balanced, QUERY);
    expect(certaintyOf(found, ({ outcome }) => outcome.kind === 'forwarded')).toEqual({ kind: 'exact' });
    expect(certaintyOf(found, goesTo('10.244.2.8'))).toEqual({
      kind: 'possible',
      probability: 0.375,
      because: ['nat PREROUTING rule 1', 'nat PREROUTING rule 2'],
    });
    expect(certaintyOf(found, goesTo('10.244.2.10'))).toEqual({ kind: 'impossible' });
  });

  it('has no probability where something unknown decides', () => {
    const found = exploreOn(owned, 'local: udp 172.18.0.2:1000 > 10.244.2.7:53');
    expect(certaintyOf(found, ({ outcome }) => outcome.kind === 'sent')).toEqual({
      kind: 'possible',
      probability: undefined,
      because: ['the user that owns the sending socket, in filter OUTPUT rule 1'],
    });
  });

  it('can be told what to assume', () => {
    const flight = flightFrom(balanced.host, QUERY, UNKNOWN);
    const assume = ({ what }: { readonly what: string }): boolean | undefined => (what === 'nat PREROUTING rule 1' ? false : undefined);
    const { possibilities } = explore(balanced.host, newHostState(), flight, { ports, assume });
    expect(possibilities.map(({ journey, probability }) => [journey.packet.dst, probability])).toEqual([
      ['10.244.2.8', 0.5],
      ['10.244.2.9', 0.5],
    ]);
  });
});

describe('what a rule remembers', () => {
  const limited = lab(rules({ filter: ['-A FORWARD -m limit --limit 1/hour --limit-burst 1 -j ACCEPT', '-A FORWARD -j DROP'] }));
  const packet = 'pod1: udp 10.244.1.5:1000 > 10.244.2.7:53';

  it('begins with the rule set, if nothing else is said', () => {
    expect(exploreOn(limited, packet).possibilities).toHaveLength(1);
    expect([limited.send(packet), limited.send(packet)].map(({ outcome }) => outcome.kind)).toEqual(['forwarded', 'dropped']);
  });

  it('is a question where its history is not known', () => {
    const found = explore(limited.host, newHostState('unknown'), flightFrom(limited.host, packet, UNKNOWN), { ports });
    expect(certaintyOf(found, ({ outcome }) => outcome.kind === 'forwarded')).toEqual({
      kind: 'possible',
      probability: undefined,
      because: ['what limit remembers, in filter FORWARD rule 1'],
    });
  });
});

describe('a single walk', () => {
  const send = 'local: udp 172.18.0.2:1000 > 10.244.2.7:53';

  it('stops where something unknown decides', () => {
    const { outcome } = run(owned.host, newHostState(), flightFrom(owned.host, send, UNKNOWN), seededChance(1));
    expect(outcome).toMatchObject({ kind: 'not-modelled', what: 'the user that owns the sending socket' });
  });

  it('goes on with what the caller assumes', () => {
    const chance = assuming(() => true, seededChance(1));
    expect(run(owned.host, newHostState(), flightFrom(owned.host, send, UNKNOWN), chance).outcome.kind).toBe('sent');
  });
});

describe('two rule sets', () => {
  const before = lab(rules({ filter: ['-A FORWARD -p udp -m udp --dport 53 -j ACCEPT', '-A FORWARD -j DROP'] }));
  const after = lab(rules({ filter: ['-A FORWARD -p udp -m udp --dport 53:54 -j ACCEPT', '-A FORWARD -j DROP'] }));
  const packets = [53, 54, 55].map((dport) => () => flightFrom(before.host, `pod1: udp 10.244.1.5:1000 > 10.244.2.7:${dport}`, UNKNOWN));

  it('differ for the packets whose fate differs, and for no other', () => {
    const differences = compareNodes(before, after, packets, { ports });
    expect(differences.map(({ packet }) => packet)).toEqual([1]);
    expect(differences[0]?.before[0]?.journey).toBeDropped({ by: 'filter FORWARD rule 2' });
    expect(differences[0]?.after[0]?.journey).toBeForwarded({ by: 'filter FORWARD rule 1' });
  });

  it('do not differ where only chance does', () => {
    expect(compareNodes(balanced, balanced, [() => flightFrom(balanced.host, QUERY, UNKNOWN)], { ports })).toEqual([]);
  });
});
