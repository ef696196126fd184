import { explore, flightFrom, parsePacket, parseRuleSet, printNote, printRuleSet, readNode, printSchedule, readSchedule, seededChance } from '@nodelocal/netfilter-sim';
import type { Packet } from '@nodelocal/netfilter-sim';
import { nodes, packets, ruleSets, schedules, traffic } from '@nodelocal/netfilter-sim/fast-check';
import { testNode } from '@nodelocal/netfilter-sim/vitest';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const FAMILIES = ['ipv4', 'ipv6'] as const;

/** What the property that none is such shrinks to. */
const smallest = <Value>(of: fc.Arbitrary<Value>, isSuch: (value: Value) => boolean): Value | undefined =>
  fc.check(fc.property(of, (value) => !isSuch(value)), { numRuns: 2000 }).counterexample?.[0];

const linesOf = (rules: string): readonly string[] => rules.split('\n').filter((line) => line.startsWith('-A'));

describe('packets', () => {
  it('are of the kinds, families, addresses and ports that are wanted', () => {
    const wanted = { kinds: ['tcp', 'icmp'], family: 'ipv4' } as const;
    fc.assert(fc.property(packets(wanted), ({ kind, family }) => family === 'ipv4' && (kind === 'tcp' || kind === 'icmp')));
    const kinds = new Set(fc.sample(packets(), 300).map(({ kind, family }) => `${kind} ${family}`));
    expect(kinds.size).toBe(10);
  });

  it('that cannot be are refused', () => {
    expect(() => packets({ kinds: ['icmpv6'], family: 'ipv4' })).toThrow('packets: there is no packet of these kinds, families and addresses');
  });

  it('shrink to one with a usual header', () => {
    const found = smallest(packets({ family: 'ipv4' }), (packet: Packet) => packet.kind === 'tcp');
    expect(found).toMatchObject({ kind: 'tcp', src: '0.0.0.0', dst: '0.0.0.0', ttl: 64, tos: 0, sport: 0, dport: 0, flags: 2 });
  });
});

describe('rule sets', () => {
  it.each(FAMILIES)('of %s are read, and written as they are read', (family) => {
    fc.assert(
      fc.property(ruleSets({ family }), (text) => {
        const written = printRuleSet(parseRuleSet(text, { file: 'rules', family }));
        expect(linesOf(written)).toHaveLength(linesOf(text).length);
        const again = printRuleSet(parseRuleSet(written, { file: 'rules', family }));
        // Tables that were loaded last are printed first.
        expect(again.split('*').sort()).toEqual(written.split('*').sort());
      }),
    );
  });

  it('have only the tables and as many rules as are wanted', () => {
    fc.assert(fc.property(ruleSets({ tables: ['nat'], maxRules: 3 }), (text) => /^(?:\*nat\n)/.test(text) && text.split('*').length === 2 && linesOf(text).length <= 3));
  });

  it('shrink to the one rule that matters, in few words', () => {
    const found = smallest(ruleSets(), (text) => text.includes('-j DNAT')) ?? '';
    expect(linesOf(found)).toEqual([expect.stringMatching(/^-A (?:PREROUTING|OUTPUT|D\d) -j DNAT --to-destination 10\.244\.2\.7$/)]);
    expect(found.startsWith('*nat\n') && found.endsWith('COMMIT\n')).toBe(true);
  });
});

describe('nodes', () => {
  it('are read, with nothing to note', () => {
    fc.assert(fc.property(nodes(), (snapshot) => {
      expect(readNode(snapshot).notes.map(printNote)).toEqual([]);
    }));
  });

  it('speak the families that are wanted, with rules of the caller’s own', () => {
    const own = '*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -j NOTRACK\nCOMMIT\n';
    fc.assert(
      fc.property(nodes({ families: ['ipv6'], rules: () => fc.constant(own) }), ({ contents }) => contents['ip6tables-save.txt'] === own && contents['iptables-save.txt'] === undefined),
    );
  });

  it('are printed by what they are, not by their JSON', () => {
    const [node] = fc.sample(nodes(), 1);
    expect(fc.stringify(node)).toMatch(/^\{"pods":\d,"localAddresses":.*\}\niptables-save\.txt:\n\*/);
  });
});

describe('traffic', () => {
  it('comes by devices that the node has, and goes its way', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(traffic(), ({ snapshot, packets: lines }) => {
        const node = testNode(readNode(snapshot));
        for (const line of lines) kinds.add(node.send(line).outcome.kind);
      }),
    );
    expect(kinds).toEqual(new Set(['delivered', 'forwarded', 'sent', 'dropped']));
  });

  it('does not hang on how it is walked: what chance decides is one of what could be', () => {
    fc.assert(
      fc.property(traffic({ maxPackets: 1 }), ({ snapshot, packets: [line = ''] }) => {
        const { host, state } = readNode(snapshot);
        const { possibilities } = explore(host, state, flightFrom(host, line, { kind: 'unknown' }), { ports: seededChance(1) });
        const { outcome } = testNode(readNode(snapshot)).send(line);
        expect(possibilities.map(({ journey }) => journey.outcome)).toContainEqual(outcome);
      }),
    );
  });

  it('shrinks to one packet of a pod to the Service, on a node with one pod', () => {
    const isTcp = ({ packets: lines }: { readonly packets: readonly string[] }): boolean => lines.some((line) => parsePacket(line).packet.kind === 'tcp');
    const found = smallest(traffic({ families: ['ipv4'] }), isTcp);
    expect(found?.packets).toEqual(['pod1: tcp 10.244.1.5:40000 > 10.96.0.10:53 flags S payload 4']);
    expect(fc.stringify(found?.snapshot)).toBe(
      '{"pods":1,"localAddresses":false,"forwarding":true,"reversePathFilter":0,"listensAt":[]}\niptables-save.txt:\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:U0 - [0:0]\n:U1 - [0:0]\n:U2 - [0:0]\nCOMMIT',
    );
  });
});

describe('schedules', () => {
  it('are what the command line reads', () => {
    fc.assert(fc.property(schedules(3, { draws: true }), (turns) => turns.length === 0 || readSchedule(printSchedule(turns))?.length === turns.length));
  });

  it('shrink to the turns that matter', () => {
    const firstWaits = (turns: readonly { readonly lane: number }[]): boolean => turns.some(({ lane }) => lane === 1);
    expect(smallest(schedules(2), firstWaits)).toEqual([{ lane: 1 }]);
    expect(() => schedules(0)).toThrow('schedules: a race has one packet or more, not 0');
  });
});
