import type { Tracking } from '../conntrack/entry/entry.ts';
import { TCP_STATES } from '../conntrack/entry/tcp-tracking.ts';
import { invertTuple, sameTuple } from '../conntrack/entry/tuple.ts';
import type { Tuple } from '../conntrack/entry/tuple.ts';
import { printEntry } from '../conntrack/list.ts';
import { newTcpTracking } from '../conntrack/protocol/tcp.ts';
import { create, insert, listed, newConntrackState, rememberSource } from '../conntrack/table.ts';
import type { ConntrackState, Zone } from '../conntrack/table.ts';
import { InputError } from '../error.ts';
import { familyOf, readAddress } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import { port } from '../packet/port.ts';
import type { Port } from '../packet/port.ts';
import { PROTOCOL } from '../packet/protocol.ts';
import { atMs, later, seconds } from '../time.ts';
import type { Instant } from '../time.ts';

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
 * @throws InputError for a line that is no entry, or where none of the lines is one
 */
export const readConntrack = (file: string, contents: string, { now = atMs(0), translated, leftOut }: ConntrackReading): ConntrackState => {
  const state = newConntrackState();
  const wrong: InputError[] = [];
  for (const [at, line] of contents.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('conntrack v')) continue;
    try {
      addEntry(state, readEntry(file, line, at + 1), { now, translated });
    } catch (error) {
      if (!(error instanceof InputError) || leftOut === undefined) throw error;
      wrong.push(error);
    }
  }
  const [first] = wrong;
  if (first !== undefined && state.entries.size === 0) throw first;
  leftOut?.push(...wrong);
  return state;
};

/** The table as `conntrack -L` prints it, or `conntrack -L -o extended`. */
export const printConntrack = (state: ConntrackState, now: Instant, form: 'plain' | 'extended'): string =>
  listed(state, now)
    .map((entry) => {
      const layer3 = familyOf(entry.original.src) === 'ipv4' ? 'ipv4     2' : 'ipv6     10';
      return `${form === 'extended' ? `${layer3} ` : ''}${printEntry(entry, now)}\n`;
    })
    .join('');

interface Word {
  readonly text: string;
  readonly column: number;
}

interface Line {
  readonly file: string;
  readonly number: number;
  readonly words: readonly Word[];
}

const EXAMPLE = 'write the output of conntrack -L into it';

const refuse = ({ file, number, words }: Line, word: Word | undefined, reason: string): never => {
  const end = words.at(-1);
  const column = word?.column ?? (end === undefined ? 1 : end.column + end.text.length);
  throw new InputError({ file, line: number, column }, reason, EXAMPLE);
};

/** Flags of connections that a flowtable carries, in software or in the device. */
const OFFLOADED: ReadonlySet<string> = new Set(['[OFFLOAD]', '[HW_OFFLOAD]']);

/** NF_CT_DAY: how long such a connection lives (`nf_ct_offload_timeout`, include/net/netfilter/nf_conntrack.h, 6.12). */
const DAY_SECONDS = 86_400;

/** One line, before it is an entry. */
interface Reading {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly state: string | undefined;
  readonly offloaded: boolean;
  readonly timeoutSeconds: number;
  readonly flags: ReadonlySet<string>;
  readonly mark: number;
  readonly zone: Zone;
  readonly helper: string | undefined;
}

/** A protocol name, its number, the seconds left, TCP's state; then `name=value` and `[FLAG]`. */
const readEntry = (file: string, text: string, number: number): Reading => {
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ text: word, column: index + 1 }));
  const line: Line = { file, number, words };
  const start = words[0]?.text === 'ipv4' || words[0]?.text === 'ipv6' ? 2 : 0;
  const protocol = wholeWord(line, words[start + 1], 'the protocol as a number', 255);
  const offloaded = words.some(({ text: word }) => OFFLOADED.has(word));
  // The kernel tells neither the time nor the state of what a flowtable carries (ctnetlink_dump_info, 6.12).
  const bare = offloaded && words[start + 2]?.text.includes('=') === true;
  const timeoutSeconds = bare ? DAY_SECONDS : wholeWord(line, words[start + 2], 'the seconds left', 0xffff_ffff);
  const next = bare ? undefined : words[start + 3];
  const state = next === undefined || next.text.includes('=') ? undefined : next;
  const known = TCP_STATES.some((name) => name === state?.text);
  if (protocol === PROTOCOL.tcp && !known && !offloaded) refuse(line, next, `expected a state of TCP, one of ${TCP_STATES.join(', ')}`);

  const fields: Field[] = [];
  const flags = new Set<string>();
  for (const word of words.slice(start + (bare ? 2 : state === undefined ? 3 : 4))) {
    const [, name, value] = /^([a-z][a-z-]*)=(.*)$/.exec(word.text) ?? [];
    if (/^\[[A-Z_]+\]$/.test(word.text)) flags.add(word.text);
    else if (name !== undefined && value !== undefined) fields.push({ name, value, word });
    else refuse(line, word, `expected NAME=VALUE or a flag in brackets, not "${word.text}"`);
  }
  const second = fields.findIndex(({ name }, at) => at > 0 && name === 'src');
  if (second < 0) refuse(line, undefined, 'expected the addresses of both directions (src= and dst=, twice)');
  return {
    original: readTuple(line, protocol, fields.slice(0, second)),
    reply: readTuple(line, protocol, fields.slice(second)),
    state: state?.text ?? (offloaded && protocol === PROTOCOL.tcp ? 'ESTABLISHED' : undefined),
    offloaded,
    timeoutSeconds,
    flags,
    mark: wholeField(line, fields, 'mark', 0xffff_ffff) ?? 0,
    zone: readZone(line, fields),
    helper: fields.find(({ name }) => name === 'helper')?.value,
  };
};

interface Field {
  readonly name: string;
  readonly value: string;
  readonly word: Word;
}

const wholeWord = (line: Line, word: Word | undefined, what: string, max: number): number => {
  const number = /^\d{1,10}$/.test(word?.text ?? '') ? Number(word?.text) : NaN;
  return number <= max ? number : refuse(line, word, `expected ${what}`);
};

const wholeField = (line: Line, fields: readonly Field[], name: string, max: number): number | undefined => {
  const found = fields.find((field) => field.name === name);
  if (found === undefined) return undefined;
  const number = /^\d{1,10}$/.test(found.value) ? Number(found.value) : NaN;
  return number <= max ? number : refuse(line, found.word, `expected ${name}= with a number of at most ${max}`);
};

const readTuple = (line: Line, protocol: number, fields: readonly Field[]): Tuple => {
  const end = (name: 'src' | 'dst'): Address => {
    const found = fields.find((field) => field.name === name);
    return readAddress(found?.value ?? '') ?? refuse(line, found?.word, `expected ${name}= with an IP address`);
  };
  const number = (name: string, max: number): number => wholeField(line, fields, name, max) ?? refuse(line, undefined, `expected ${name}=`);
  const portOf = (name: string): Port => port(number(name, 65_535));
  const base = { protocol, src: end('src'), dst: end('dst') };
  switch (protocol) {
    case PROTOCOL.tcp:
    case PROTOCOL.udp:
    case PROTOCOL.sctp:
    case PROTOCOL.dccp:
    case PROTOCOL.udplite:
      return { kind: 'ports', ...base, sport: portOf('sport'), dport: portOf('dport') };
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6:
      return { kind: 'icmp', ...base, icmpType: number('type', 255), icmpCode: number('code', 255), icmpId: number('id', 65_535) };
    default:
      return { kind: 'plain', ...base };
  }
};

/** `zone-orig` and `zone-reply` stand among their direction's fields, `zone` behind both. */
const readZone = (line: Line, fields: readonly Field[]): Zone => {
  for (const [name, direction] of [['zone', 'both'], ['zone-orig', 'original'], ['zone-reply', 'reply']] as const) {
    const id = wholeField(line, fields, name, 65_535);
    if (id !== undefined) return { id, direction };
  }
  return { id: 0, direction: 'both' };
};

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
  const { original, reply, zone, timeoutSeconds, flags, mark, helper, offloaded } = reading;
  const entry = create(state, { original, reply, zone, tracking: trackingOf(reading, now) });
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
