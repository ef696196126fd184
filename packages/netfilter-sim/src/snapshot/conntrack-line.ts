import type { Accounting, Carried } from '../conntrack/entry/accounting.ts';
import { TCP_STATES } from '../conntrack/entry/tcp-tracking.ts';
import type { Tuple } from '../conntrack/entry/tuple.ts';
import type { Zone } from '../conntrack/table.ts';
import { InputError } from '../error.ts';
import { readAddress } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import { port } from '../packet/port.ts';
import type { Port } from '../packet/port.ts';
import { PROTOCOL } from '../packet/protocol.ts';

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
export interface Reading {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly state: string | undefined;
  readonly offloaded: boolean;
  readonly timeoutSeconds: number;
  readonly flags: ReadonlySet<string>;
  readonly mark: number;
  readonly zone: Zone;
  readonly helper: string | undefined;
  /** `undefined`: it was not counted. */
  readonly accounting: Accounting | undefined;
}

const wordsOf = (text: string): readonly Word[] => [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ text: word, column: index + 1 }));

/** Both directions, whatever else the line says. */
export const endsOfLine = (file: string, text: string, number: number): Pick<Reading, 'original' | 'reply'> => {
  const line: Line = { file, number, words: wordsOf(text) };
  const protocol = wholeWord(line, line.words[startOf(line) + 1], 'the protocol as a number', 255);
  return readEnds(line, protocol, line.words.flatMap((word) => fieldOf(word) ?? []));
};

const startOf = ({ words }: Line): number => (words[0]?.text === 'ipv4' || words[0]?.text === 'ipv6' ? 2 : 0);

const fieldOf = (word: Word): Field | undefined => {
  const [, name, value] = /^([a-z][a-z-]*)=(.*)$/.exec(word.text) ?? [];
  return name === undefined || value === undefined ? undefined : { name, value, word };
};

const readEnds = (line: Line, protocol: number, fields: readonly Field[]): Pick<Reading, 'original' | 'reply'> => {
  const second = fields.findIndex(({ name }, at) => at > 0 && name === 'src');
  if (second < 0) refuse(line, undefined, 'expected the addresses of both directions (src= and dst=, twice)');
  return { original: readTuple(line, protocol, fields.slice(0, second)), reply: readTuple(line, protocol, fields.slice(second)) };
};

/** A protocol name, its number, the seconds left, TCP's state; then `name=value` and `[FLAG]`. */
export const readEntry = (file: string, text: string, number: number): Reading => {
  const words = wordsOf(text);
  const line: Line = { file, number, words };
  const start = startOf(line);
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
    const field = fieldOf(word);
    if (/^\[[A-Z_]+\]$/.test(word.text)) flags.add(word.text);
    else if (field !== undefined) fields.push(field);
    else refuse(line, word, `expected NAME=VALUE or a flag in brackets, not "${word.text}"`);
  }
  return {
    ...readEnds(line, protocol, fields),
    state: state?.text ?? (offloaded && protocol === PROTOCOL.tcp ? 'ESTABLISHED' : undefined),
    offloaded,
    timeoutSeconds,
    flags,
    mark: wholeField(line, fields, 'mark', 0xffff_ffff) ?? 0,
    zone: readZone(line, fields),
    helper: fields.find(({ name }) => name === 'helper')?.value,
    accounting: readAccounting(line, fields),
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

/** `packets=` and `bytes=` behind each direction; the kernel prints them of connections that it counts, and of no others. */
const readAccounting = (line: Line, fields: readonly Field[]): Accounting | undefined => {
  const second = fields.findIndex(({ name }, at) => at > 0 && name === 'src');
  const read = (own: readonly Field[]): Carried | undefined => {
    const [packets, bytes] = [countField(line, own, 'packets'), countField(line, own, 'bytes')];
    return packets === undefined || bytes === undefined ? undefined : { packets, bytes };
  };
  const [original, reply] = [read(fields.slice(0, second)), read(fields.slice(second))];
  return original === undefined || reply === undefined ? undefined : { original, reply };
};

const countField = (line: Line, fields: readonly Field[], name: string): number | undefined => {
  const found = fields.find((field) => field.name === name);
  if (found === undefined) return undefined;
  return /^\d{1,15}$/.test(found.value) ? Number(found.value) : refuse(line, found.word, `expected ${name}= with a number`);
};

/** `zone-orig` and `zone-reply` stand among their direction's fields, `zone` behind both. */
const readZone = (line: Line, fields: readonly Field[]): Zone => {
  for (const [name, direction] of [['zone', 'both'], ['zone-orig', 'original'], ['zone-reply', 'reply']] as const) {
    const id = wholeField(line, fields, name, 65_535);
    if (id !== undefined) return { id, direction };
  }
  return { id: 0, direction: 'both' };
};
