import type { MatchModule } from '../extension.ts';
import { addrtype } from './addrtype.ts';
import { comment } from './comment.ts';
import { connmark } from './connmark.ts';
import { conntrack } from './conntrack.ts';
import { dscp } from './dscp.ts';
import { hl } from './hl.ts';
import { icmp } from './icmp.ts';
import { icmp6 } from './icmp6.ts';
import { iprange } from './iprange.ts';
import { length } from './length.ts';
import { mark } from './mark.ts';
import { multiport } from './multiport.ts';
import { set } from './set.ts';
import { state } from './state.ts';
import { statistic } from './statistic.ts';
import { tcp } from './tcp.ts';
import { ttl } from './ttl.ts';
import { udp } from './udp.ts';

export const MATCHES = {
  addrtype,
  comment,
  connmark,
  conntrack,
  dscp,
  hl,
  icmp,
  icmp6,
  iprange,
  length,
  mark,
  multiport,
  set,
  state,
  statistic,
  tcp,
  ttl,
  udp,
};

/** What a rule asks of a packet beyond its base tests. */
export type Match = ReturnType<(typeof MATCHES)[keyof typeof MATCHES]['parse']>;

/** Whichever module it is, it takes the matches that it made. */
export type AnyMatchModule = MatchModule<Match['kind'], Match>;

/** `icmp6` has names of its own in iptables (xtables_find_match, libxtables 1.8.9). */
const ALIASES: Readonly<Record<string, string>> = { icmpv6: 'icmp6', 'ipv6-icmp': 'icmp6' };

export const findMatchModule = (name: string): AnyMatchModule | undefined => {
  const known = ALIASES[name] ?? name;
  return Object.hasOwn(MATCHES, known) ? (MATCHES as unknown as Record<string, AnyMatchModule>)[known] : undefined;
};

export const matchModule = (match: Match): AnyMatchModule => MATCHES[match.kind] as unknown as AnyMatchModule;
