import type { LookupResult, Routing } from '../fib/lookup.ts';
import type { Realms } from '../fib/route.ts';

type Found = Extract<LookupResult, { kind: 'route' }>;

/**
 * What a route inherits from its rule. The kernel keeps a route once it was used, with the realms that its first rule
 * gave: of rules that disagree about a table nobody knows which was first.
 */
const ofRule = ({ rules, usesRealms }: Routing, { rule }: Found): Realms => {
  if (!usesRealms || rule?.action.kind !== 'lookup') return 0;
  const { table } = rule.action;
  const own = rule.realms ?? 0;
  return rules.some(({ action, realms = 0 }) => action.kind === 'lookup' && action.table === table && realms !== own) ? 'unknown' : own;
};

/** `set_class_tag` (net/ipv4/route.c, 6.12): each half where there is none yet. */
const withTag = (realms: Realms, tag: Realms): Realms => {
  if (realms === 'unknown' || tag === 'unknown') return 'unknown';
  const half = (mask: number): number => ((realms & mask) === 0 ? tag : realms) & mask;
  return (half(0xffff) | half(0xffff_0000)) >>> 0;
};

/** `rt_set_nexthop`; `source`: of the packet's source, which a packet of the host itself has not. */
export const realmsTowards = (routing: Routing, found: Found, source: Realms = 0): Realms =>
  withTag(withTag(found.nextHop.realms ?? 0, ofRule(routing, found)), source);

/** `fib_combine_itag` (include/net/ip_fib.h, 6.12): the realms of the way back, turned round. */
export const realmsOfSource = (routing: Routing, back: Found): Realms => {
  const [own, rule] = [back.nextHop.realms ?? 0, ofRule(routing, back)];
  if (own === 'unknown' || rule === 'unknown') return 'unknown';
  const upper = (own << 16) >>> 0;
  return ((upper === 0 ? rule << 16 : upper) | (rule >>> 16)) >>> 0;
};
