import type { Tracking } from '../conntrack/entry/entry.ts';
import { TCP_STATES } from '../conntrack/entry/tcp-tracking.ts';
import { invertTuple, sameTuple } from '../conntrack/entry/tuple.ts';
import type { Tuple } from '../conntrack/entry/tuple.ts';
import { printEntry } from '../conntrack/list.ts';
import { newTcpTracking } from '../conntrack/protocol/tcp.ts';
import { create, insert, listed, newConntrackState, rememberSource } from '../conntrack/table.ts';
import type { ConntrackState, UnreadConnection } from '../conntrack/table.ts';
import { InputError } from '../error.ts';
import { familyOf } from '../packet/address.ts';
import { PROTOCOL } from '../packet/protocol.ts';
import { atMs, later, seconds } from '../time.ts';
import type { Instant } from '../time.ts';
import { endsOfLine, readEntry } from './conntrack-line.ts';
import type { Reading } from './conntrack-line.ts';
import { checkText } from '../range.ts';

interface ConntrackReading {
  /** When the table was listed: what is left of each timeout counts from here. */
  readonly now?: Instant;
  /** Whether the node has a nat table, which then decided on every connection. */
  readonly translated: boolean;
  /** Gets what is wrong with lines that are no entries, and so are left out; absent: the first is thrown. */
  readonly leftOut?: InputError[];
}

/**
 * The output of `conntrack -L`, plain or with `-o extended` (conntrack-tools 1.4.7), of one family
 * or both. Packet and byte counts are left out; windows of TCP begin with the next segments.
 * @param file the name that errors show
 * @param contents the text
 * @throws InputError for a line that is no entry, or where no line even has the ends of a connection; TypeError for what is no text
 */
export const readConntrack = (file: string, contents: string, { now = atMs(0), translated, leftOut }: ConntrackReading): ConntrackState => {
  checkText('contents', contents);
  const state = newConntrackState();
  const wrong: InputError[] = [];
  const unread: UnreadConnection[] = [];
  for (const [at, line] of contents.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('conntrack v')) continue;
    try {
      addEntry(state, readEntry(file, line, at + 1), { now, translated });
    } catch (error) {
      if (!(error instanceof InputError) || leftOut === undefined) throw error;
      wrong.push(error);
      const ends = tryEnds(file, line, at + 1);
      if (ends !== undefined) unread.push({ ...ends, place: `${file}:${at + 1}` });
    }
  }
  const [first] = wrong;
  if (first !== undefined && state.entries.size === 0 && unread.length === 0) throw first;
  leftOut?.push(...wrong);
  return { ...state, unread };
};

/** Of a line that is not understood the two ends, where they at least are. */
const tryEnds = (file: string, line: string, number: number): Pick<Reading, 'original' | 'reply'> | undefined => {
  try {
    return endsOfLine(file, line, number);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
};

/** The table as `conntrack -L` prints it, or `conntrack -L -o extended`. */
export const printConntrack = (state: ConntrackState, now: Instant, form: 'plain' | 'extended'): string =>
  listed(state, now)
    .map((entry) => {
      const layer3 = familyOf(entry.original.src) === 'ipv4' ? 'ipv4     2' : 'ipv6     10';
      return `${form === 'extended' ? `${layer3} ` : ''}${printEntry(entry, now)}\n`;
    })
    .join('');

const trackingOf = ({ original: { protocol }, state }: Reading, now: Instant): Tracking => {
  switch (protocol) {
    case PROTOCOL.tcp: {
      const found = TCP_STATES.find((name) => name === state) ?? 'NONE';
      return { ...newTcpTracking(), state: found };
    }
    case PROTOCOL.udp:
    case PROTOCOL.udplite:
      // Its first two seconds are over, as far as the listing tells.
      return { kind: 'udp', streamAt: now };
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6:
      return { kind: 'icmp' };
    default:
      return { kind: 'generic' };
  }
};

const endsOf = (tuple: Tuple, side: 'src' | 'dst'): string => {
  if (tuple.kind === 'plain') return tuple[side];
  if (tuple.kind === 'icmp') return side === 'src' ? `${tuple.src} ${tuple.icmpId}` : tuple.dst;
  return side === 'src' ? `${tuple.src} ${tuple.sport}` : `${tuple.dst} ${tuple.dport}`;
};

const addEntry = (state: ConntrackState, reading: Reading, { now, translated }: { readonly now: Instant; readonly translated: boolean }): void => {
  const { original, reply, zone, timeoutSeconds, flags, mark, helper, offloaded, accounting } = reading;
  const entry = create(state, { original, reply, zone, tracking: trackingOf(reading, now), accounting });
  entry.timeout = seconds(timeoutSeconds);
  entry.expiresAt = later(now, entry.timeout);
  entry.mark = mark;
  const { status } = entry;
  status.seenReply = !flags.has('[UNREPLIED]');
  status.assured = flags.has('[ASSURED]') || offloaded;
  status.offloaded = offloaded;
  if (offloaded) state.offloaded.add(entry.id);
  const back = invertTuple(reply);
  if (back.kind === 'tuple' && !sameTuple(back.tuple, original)) {
    status.sourceNat = endsOf(back.tuple, 'src') !== endsOf(original, 'src');
    status.destinationNat = endsOf(back.tuple, 'dst') !== endsOf(original, 'dst');
  }
  status.sourceNatDone = translated || status.sourceNat;
  status.destinationNatDone = translated || status.destinationNat;
  if (status.sourceNatDone) rememberSource(state, entry);
  insert(state, entry, ['original', 'reply']);
  if (helper !== undefined) Object.assign(entry, { helper });
};
