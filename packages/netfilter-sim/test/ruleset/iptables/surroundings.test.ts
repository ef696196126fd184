import type { MatchResult, PacketContext } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { ruleOf, tracked, verdictOf } from './support/context.ts';

/** Two packets there and one back. */
const CARRIED = { accounting: { original: { packets: 2, bytes: 64 }, reply: { packets: 1, bytes: 44 } } } as const;

describe('what stands around a packet', () => {
  it.each<readonly [rule: string, context: Partial<PacketContext>, expected: MatchResult]>([
    ['-m connbytes --connbytes 36:36 --connbytes-dir both --connbytes-mode avgpkt', { conntrack: tracked('established', CARRIED) }, 'match'],
    ['-m connbytes --connbytes 32 --connbytes-dir original --connbytes-mode avgpkt', { conntrack: tracked('established', CARRIED) }, 'match'],
    ['-m connbytes --connbytes 45: --connbytes-dir reply --connbytes-mode bytes', { conntrack: tracked('established', CARRIED) }, 'no-match'],
    ['-m connbytes ! --connbytes 2 --connbytes-dir reply --connbytes-mode packets', { conntrack: tracked('established', CARRIED) }, 'match'],
    ['-m connbytes --connbytes 0 --connbytes-dir both --connbytes-mode bytes', { conntrack: tracked('established') }, 'no-match'],
    ['-m devgroup --dst-group 0x7', {}, 'match'],
    ['-m devgroup ! --dst-group 0x6/0x6', {}, 'no-match'],
    ['-m realm --realm 0x30007', {}, 'match'],
    ['-m realm ! --realm 0x7/0xffff', {}, 'no-match'],
    ['-m connbytes --connbytes 0 --connbytes-dir both --connbytes-mode bytes', {}, 'no-match'],
  ])('%s', (rule, context, expected) => {
    expect(verdictOf(ruleOf(rule), context)).toBe(expected);
  });
});
