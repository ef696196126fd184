import { carried } from '../../../conntrack/entry/accounting.ts';
import type { EntryView, Status } from '../../../conntrack/entry/entry.ts';
import { addressBits, familyOf } from '../../../packet/address.ts';
import type { ConntrackView, PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { Expression } from '../values/expression.ts';
import { BREAK, number, one } from './value.ts';
import type { Value } from './value.ts';

type Ct = Extract<Expression, { kind: 'ct' }>;

/** What conntrack says of the packet (net/netfilter/nft_ct.c, 6.12). Without an entry only the state is there. */
export const evaluateCt = ({ key, direction }: Ct, { conntrack, now }: PacketContext): Value => {
  if (key === 'state') return number(stateBits(conntrack));
  if (conntrack.kind !== 'tracked') return BREAK;
  const { entry } = conntrack;
  const way = direction ?? conntrack.direction;
  const tuple = entry[way];
  switch (key) {
    case 'direction':
      return number(conntrack.direction === 'original' ? 0 : 1);
    case 'status':
      return number(statusBits(entry.status));
    case 'mark':
      return number(entry.mark);
    case 'l3proto':
      return number(familyOf(tuple.src) === 'ipv4' ? 2 : 10);
    case 'protocol':
      return number(tuple.protocol);
    case 'ip saddr':
    case 'ip6 saddr':
      return ofFamily(key, entry) ? one(addressBits(tuple.src)) : BREAK;
    case 'ip daddr':
    case 'ip6 daddr':
      return ofFamily(key, entry) ? one(addressBits(tuple.dst)) : BREAK;
    case 'proto-src':
      return number(tuple.kind === 'ports' ? tuple.sport : tuple.kind === 'icmp' ? tuple.icmpId : 0);
    case 'proto-dst':
      return number(
        tuple.kind === 'ports' ? tuple.dport : tuple.kind === 'icmp' ? (tuple.icmpType << 8) | tuple.icmpCode : 0,
      );
    case 'expiration':
      return number(Math.max(0, Math.floor((entry.expiresAt - now) / 1000)));
    case 'zone':
      return number(entry.zone);
    case 'bytes':
    case 'packets':
    case 'avgpkt':
      return number(carried(entry.accounting, direction ?? 'both', key));
    default:
      return notModelled(`ct ${key}`);
  }
};

const ofFamily = (key: string, { original }: EntryView): boolean =>
  (familyOf(original.src) === 'ipv6') === key.startsWith('ip6');

const STATE = { new: 8, established: 2, related: 4, untracked: 64, invalid: 1 } as const;

const stateBits = (conntrack: ConntrackView): number => {
  switch (conntrack.kind) {
    case 'none':
      return STATE.invalid;
    case 'untracked':
      return STATE.untracked;
    case 'tracked':
      return STATE[conntrack.info];
  }
};

/** Bit numbers of `enum ip_conntrack_status`. */
const STATUS_BITS: readonly (readonly [flag: keyof Status, bit: number])[] = [
  ['expected', 0],
  ['seenReply', 1],
  ['assured', 2],
  ['confirmed', 3],
  ['sourceNat', 4],
  ['destinationNat', 5],
  ['sourceNatDone', 7],
  ['destinationNatDone', 8],
  ['dying', 9],
  ['fixedTimeout', 10],
  ['natClash', 12],
];

const statusBits = (status: Status): number =>
  STATUS_BITS.reduce((bits, [flag, bit]) => bits | (status[flag] ? 1 << bit : 0), 0);
