import { address, atMs, parseIpSets, port, printIpSets, seconds } from '@nodelocal/netfilter-sim';
import type { IpSets, SetCounterTest } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { testMembership } from '../../../src/ruleset/ipset/evaluate/membership.ts';
import { changeByPacket } from '../../../src/ruleset/ipset/evaluate/packet-change.ts';
import type { PacketView } from '../../../src/ruleset/ipset/evaluate/packet-parts.ts';

/** A datagram of 32 octets that came by Ethernet. */
const arrived = (sourceMac: string): PacketView => ({
  packet: { kind: 'udp', family: 'ipv4', src: address('10.0.0.7'), dst: address('10.0.0.1'), ttl: 64, tos: 0, payloadBytes: 4, sport: port(4000), dport: port(53) },
  inDevice: 'eth0',
  outDevice: '',
  mark: 0,
  link: { sourceMac },
});

const OWNER = '02:00:00:00:00:07';

const sets = (...lines: readonly string[]): IpSets => parseIpSets(lines.join('\n'), { file: 'sets' });

const moreThan = (value: bigint): SetCounterTest => ({ counter: 'packets', comparison: 'gt', value, inverted: false });

const test = (of: IpSets, view: PacketView, counters: readonly SetCounterTest[] = [], second = 0): string =>
  testMembership(of, { set: 's', dimensions: ['src', 'src'], returnNomatch: false, updateCounters: true, updateSubcounters: true, counters }, view, atMs(second * 1000)).kind;

const listed = (of: IpSets, second = 0): string | undefined => printIpSets(of, atMs(second * 1000)).split('\n')[1];

// Linux 6.18 was seen to do so, between two namespaces.
describe('an element of a bitmap:ip,mac without its owner', () => {
  const waiting = (): IpSets =>
    sets('create s bitmap:ip,mac range 10.0.0.0/24 timeout 50 counters comment skbinfo', 'add s 10.0.0.7 timeout 30 packets 5 bytes 6 comment "hello" skbmark 0x5');

  it('takes the first who asks for it, and begins anew with the time that waited', () => {
    const here = waiting();
    expect(test(here, arrived(OWNER), [], 100)).toBe('in');
    expect(listed(here, 100)).toBe(`add s 10.0.0.7,${OWNER} timeout 30 packets 1 bytes 32`);
    expect(test(here, arrived(OWNER), [], 129)).toBe('in');
    expect(test(here, arrived(OWNER), [], 130)).toBe('not-in');
  });

  it('is found then whatever is asked of its counters, but not the next time', () => {
    const here = waiting();
    expect([1, 2].map(() => test(here, arrived(OWNER), [moreThan(100n)]))).toEqual(['in', 'not-in']);
    expect(listed(here)).toContain('packets 2 bytes 64');
  });

  it('is for nobody else afterwards, and does not count those', () => {
    const here = waiting();
    expect([OWNER, '02:00:00:00:00:08'].map((mac) => test(here, arrived(mac)))).toEqual(['in', 'not-in']);
    expect(listed(here)).toContain('packets 1 bytes 32');
  });

  it('has no owner of zeros', () => {
    const here = waiting();
    expect(test(here, arrived('00:00:00:00:00:00'))).toBe('not-in');
    expect(listed(here)).toContain('add s 10.0.0.7 timeout 30');
  });

  it('gets its owner from a rule that adds, with the time that the rule names', () => {
    const here = waiting();
    const change = { kind: 'change-set', operation: 'add', set: 's', dimensions: ['src', 'src'], exist: false } as const;
    expect(changeByPacket(here, { ...change, timeout: seconds(9) }, arrived(OWNER), atMs(0))).toBeUndefined();
    expect(listed(here)).toBe(`add s 10.0.0.7,${OWNER} timeout 9 packets 1 bytes 32`);
  });
});
