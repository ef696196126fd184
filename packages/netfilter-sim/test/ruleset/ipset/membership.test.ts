import type { Journey } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { lab, rules } from '../../support/lab.ts';

const QUERY = 'pod1: udp 10.244.1.5:4000 > 10.244.2.7:53';

/** Whether `-m set` with this tail finds the packet in these sets. */
const finds = (sets: readonly string[], match: string, packet: string = QUERY): boolean => {
  const node = lab(rules({ filter: [`-A FORWARD -m set ${match}`] }), { 'ipset-save.txt': sets.join('\n') });
  return node.marks(node.send(packet)).includes('filter:FORWARD:rule:1');
};

/** Types that Linux 6.18 was not built with here: their rules are those of net/netfilter/ipset, 6.12. */
describe('sets that the live kernel does not have', () => {
  it.each([
    ['both networks', 'add s 10.244.1.0/24,10.244.0.0/16', true],
    ['one of two networks', 'add s 10.244.1.0/24,10.245.0.0/16', false],
    ['an exception of the same first network', 'add s 10.244.1.0/24,10.0.0.0/8\nadd s 10.244.1.0/24,10.244.2.0/24 nomatch', false],
    // The first network decides before the second.
    ['a longer first network over a longer second', 'add s 10.244.1.0/25,10.0.0.0/8\nadd s 10.244.1.0/24,10.244.2.7/32 nomatch', true],
  ])('hash:net,net: %s', (_what, elements, expected) => {
    expect(finds(['create s hash:net,net', elements], '--match-set s src,dst')).toBe(expected);
  });

  it('hash:net,port,net takes the port between the networks', () => {
    const sets = ['create s hash:net,port,net', 'add s 10.244.1.0/24,udp:53,10.244.0.0/16'];
    expect(finds(sets, '--match-set s src,dst,dst')).toBe(true);
    expect(finds(sets, '--match-set s src,src,dst')).toBe(false);
  });

  it('hash:ip,mark sees the mark under its mask', () => {
    const sets = ['create s hash:ip,mark markmask 0xf', 'add s 10.244.1.5,0x13'].join('\n');
    const marked = (mark: string): Journey => {
      const node = lab(rules({ mangle: [`-A FORWARD -j MARK --set-xmark ${mark}/0xffffffff`], filter: ['-A FORWARD -m set --match-set s src,src -j DROP'] }), {
        'ipset-save.txt': sets,
      });
      return node.send(QUERY);
    };
    expect(marked('0x23').outcome.kind).toBe('dropped');
    expect(marked('0x24').outcome.kind).toBe('forwarded');
  });

  it.each(['hash:mac', 'hash:ip,mac', 'bitmap:ip,mac range 10.244.1.0/24'])('%s says that no MAC address is known', (type) => {
    const node = lab(rules({ filter: ['-A FORWARD -m set --match-set s src,src -j DROP'] }), { 'ipset-save.txt': `create s ${type}` });
    expect(node.send(QUERY).outcome).toMatchObject({ kind: 'not-modelled', what: 'the src MAC address of the packet, for ipset s' });
  });
});

describe('a port', () => {
  const sets = ['create s hash:ip,port', 'add s 10.244.2.7,icmp:echo-request', 'add s 10.244.2.7,esp:0', 'add s 10.244.2.7,udp:53'];
  it.each([
    ['is the type and code of ICMP', 'pod1: icmp 10.244.1.5 > 10.244.2.7 type 8 id 1', true],
    ['is another of another type', 'pod1: icmp 10.244.1.5 > 10.244.2.7 type 13 id 1', false],
    ['is 0 where the protocol has none', 'pod1: 50 10.244.1.5 > 10.244.2.7', true],
    ['belongs to its protocol', 'pod1: tcp 10.244.1.5:4000 > 10.244.2.7:53 flags S', false],
  ])('%s', (_what, packet, expected) => {
    expect(finds(sets, '--match-set s dst,dst', packet)).toBe(expected);
  });
});

describe('time', () => {
  it('ends elements, and a packet can renew them', () => {
    const node = lab(rules({ filter: ['-A FORWARD -m set --match-set s src -j DROP', '-A FORWARD -j SET --add-set s src --exist'] }), {
      'ipset-save.txt': 'create s hash:ip timeout 5',
    });
    const seen = (): string => node.send(QUERY).outcome.kind;
    expect([seen(), seen()]).toEqual(['forwarded', 'dropped']);
    node.wait(4.9);
    expect(seen()).toBe('dropped');
    node.wait(0.1);
    expect([seen(), seen()]).toEqual(['forwarded', 'dropped']);
  });
});

describe('what is not known is said', () => {
  it('of a set that was not given', () => {
    const node = lab(rules({ filter: ['-A FORWARD -m set --match-set s src -j DROP'] }));
    expect(node.send(QUERY).outcome).toMatchObject({ kind: 'not-modelled', what: 'ipset s, which was not given' });
  });

  it('of the element that a full set gives up', () => {
    const sets = 'create s hash:ip maxelem 1 forceadd\nadd s 1.1.1.1';
    const node = lab(rules({ filter: ['-A FORWARD -j SET --add-set s src'] }), { 'ipset-save.txt': sets });
    expect(node.send(QUERY).outcome).toMatchObject({ kind: 'not-modelled', what: 'which element the full ipset s gives up (forceadd)' });
    const full = lab(rules({ filter: ['-A FORWARD -j SET --add-set s src'] }), { 'ipset-save.txt': sets.replace(' forceadd', '') });
    expect(full.send(QUERY).outcome.kind).toBe('forwarded');
    expect(full.state.sets.get('s')?.elements.size).toBe(1);
  });
});
