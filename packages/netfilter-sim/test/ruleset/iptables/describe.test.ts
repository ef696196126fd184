import { describeRule } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { ruleOf } from './support/context.ts';
import type { RulePlace } from './support/context.ts';

describe('describeRule', () => {
  it.each<readonly [rule: string, place: RulePlace, sentence: string]>([
    ['-j ACCEPT', {}, 'Any packet: let it through this table.'],
    ['-d 10.96.0.10 -p udp --dport 53 -j NOTRACK', { table: 'raw' }, 'If the destination is 10.96.0.10/32 and the protocol is udp and destination port is 53: leave it out of connection tracking.'],
    ['! -s 10.244.0.0/16 -i cali+ -m comment --comment "not ours" -j DROP', {}, 'If the source is not 10.244.0.0/16 and it came in by a device whose name begins with cali: drop it. (“not ours”)'],
    ['-m conntrack ! --ctstate RELATED,ESTABLISHED -j REJECT', {}, "If the connection's state is not RELATED or ESTABLISHED: reject it with icmp-port-unreachable."],
    ['-m statistic --mode random --probability 0.5 -j T1', {}, 'If chance has it (50.0% of the packets): go through T1.'],
    ['-p tcp -j DNAT --to-destination 10.244.1.7:5353', { table: 'nat' }, 'If the protocol is tcp: translate the destination to 10.244.1.7:5353.'],
    ['-m addrtype --dst-type LOCAL -g T1', {}, 'If the destination is of type LOCAL: go on in T1 for good.'],
    ['-m mark ! --mark 0x4000/0x4000 -j RETURN', { table: 'nat' }, "If the packet's mark is not 0x4000/0x4000: go back to the chain that led here."],
    ['-j MARK --or-mark 0x4000', { table: 'nat' }, 'Any packet: mark it: the bits 0x4000 are set.'],
    ['-m owner --uid-owner 1337', {}, 'If the sending user id is 1337: count it.'],
  ])('%s', (rule, place, sentence) => {
    expect(describeRule(ruleOf(rule, place))).toBe(sentence);
  });
});
