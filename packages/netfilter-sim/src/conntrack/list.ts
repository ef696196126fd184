import { PROTOCOL } from '../packet/protocol.ts';
import type { Instant } from '../time.ts';
import { trackingState } from './entry/entry.ts';
import type { Entry } from './entry/entry.ts';
import type { Direction, Tuple } from './entry/tuple.ts';
import { listed } from './table.ts';
import type { ConntrackState } from './table.ts';

const NAMES: Readonly<Record<number, string>> = {
  [PROTOCOL.udp]: 'udp',
  [PROTOCOL.tcp]: 'tcp',
  [PROTOCOL.icmp]: 'icmp',
  [PROTOCOL.icmpv6]: 'icmpv6',
  [PROTOCOL.sctp]: 'sctp',
  [PROTOCOL.dccp]: 'dccp',
  [PROTOCOL.udplite]: 'udplite',
  [PROTOCOL.gre]: 'gre',
};

/** A tuple as `conntrack -L` prints it. */
export const printTuple = (tuple: Tuple): string => {
  const ends = `src=${tuple.src} dst=${tuple.dst}`;
  switch (tuple.kind) {
    case 'ports':
      return `${ends} sport=${tuple.sport} dport=${tuple.dport}`;
    case 'icmp':
      return `${ends} type=${tuple.icmpType} code=${tuple.icmpCode} id=${tuple.icmpId}`;
    case 'plain':
      return ends;
  }
};

/** A zone of one direction stands behind that direction's tuple. */
const printZone = ({ zone, zoneDirection }: Entry, direction: Entry['zoneDirection'], name: string): readonly string[] =>
  zone === 0 || zoneDirection !== direction ? [] : [`${name}=${zone}`];

const printCarried = ({ accounting }: Entry, direction: Direction): readonly string[] =>
  accounting === undefined ? [] : [`packets=${accounting[direction].packets}`, `bytes=${accounting[direction].bytes}`];

/** One line of `conntrack -L` (conntrack-tools 1.4.7). */
export const printEntry = (entry: Entry, now: Instant): string => {
  const { status, original, reply } = entry;
  const state = trackingState(entry);
  const words = [
    (NAMES[original.protocol] ?? 'unknown').padEnd(8),
    original.protocol,
    ...(status.offloaded ? [] : [Math.floor((entry.expiresAt - now) / 1000), ...(state === undefined ? [] : [state])]),
    printTuple(original),
    ...printZone(entry, 'original', 'zone-orig'),
    ...printCarried(entry, 'original'),
    ...(status.seenReply ? [] : ['[UNREPLIED]']),
    printTuple(reply),
    ...printZone(entry, 'reply', 'zone-reply'),
    ...printCarried(entry, 'reply'),
    ...(status.offloaded ? ['[OFFLOAD]'] : status.assured ? ['[ASSURED]'] : []),
    `mark=${entry.mark}`,
    ...printZone(entry, 'both', 'zone'),
    ...(entry.helper === undefined ? [] : [`helper=${entry.helper}`]),
    'use=1',
  ];
  return words.join(' ');
};

/** What `conntrack -L` prints. */
export const printTable = (state: ConntrackState, now: Instant): readonly string[] =>
  listed(state, now).map((entry) => printEntry(entry, now));
