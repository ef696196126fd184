import { InputError } from '../error.ts';
import { broken, elements, field, isAbsent, parseJson, text, textOr, whole, wholeOr } from '../json/value.ts';
import type { Json } from '../json/value.ts';
import type { Case, CaseAnswer, CaseEntry, CaseEvent, CaseHeaders, CasePacket, CaseSocket } from './case.ts';

/** A line of the file: a case, or what is wrong with it, so that the others can go on. */
export type CaseLine =
  | { readonly kind: 'case'; readonly case: Case }
  | { readonly kind: 'broken'; readonly id: string; readonly error: InputError };

/** Cases in the form of `kernel-cases/README.md`, one a line. */
export const readCases = (file: string, contents: string): readonly CaseLine[] =>
  contents
    .split('\n')
    .map((line, at) => ({ line, number: at + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => readLine(file, line, number));

const readLine = (file: string, line: string, number: number): CaseLine => {
  let id = `line ${number}`;
  try {
    const json = parseJson(file, line);
    id = text(field(json, 'id'));
    return { kind: 'case', case: readCase(json, id) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { column } = error.position;
    return { kind: 'broken', id, error: new InputError({ file, line: number, column }, error.reason, error.mend) };
  }
};

const readCase = (json: Json, id: string): Case => {
  const family = textOr(field(json, 'family'), 'ipv4');
  if (family !== 'ipv4' && family !== 'ipv6') return broken(field(json, 'family'), 'ipv4 or ipv6');
  const list = (name: string): readonly unknown[] => {
    const found = field(json, name);
    return isAbsent(found) ? [] : elements(found).map(({ value }) => value);
  };
  const events = field(json, 'events');
  const stats = field(json, 'stats');
  const count = wholeOr(field(json, 'count'), undefined);
  const sysctls = field(json, 'sysctls');
  const nftables = field(json, 'nftables');
  const sets = textOr(field(json, 'sets'), undefined);
  return {
    id,
    node: text(field(json, 'node')),
    family,
    rules: text(field(json, 'rules')),
    ...(isAbsent(nftables) ? {} : { nftables: { rules: text(field(nftables, 'rules')), listed: text(field(nftables, 'listed')) } }),
    sysctls: isAbsent(sysctls) ? {} : (sysctls.value as Readonly<Record<string, string>>),
    events: isAbsent(events)
      ? elements(field(json, 'packets')).map((packet) => ({ kind: 'send', packet: readPacket(packet) }))
      : elements(events).map(readEvent),
    // What was recorded is compared, not computed with: its form is the recorder's business.
    expect: list('expect') as readonly CaseAnswer[],
    conntrack: list('conntrack') as readonly CaseEntry[],
    ...(sets === undefined ? {} : { sets }),
    ...(isAbsent(stats) ? {} : { stats: stats.value as Readonly<Record<string, number>> }),
    ...(count === undefined ? {} : { count }),
  };
};

const readEvent = (json: Json): CaseEvent => {
  const [sent, released, waited] = [field(json, 'send'), field(json, 'release'), field(json, 'wait')];
  if (!isAbsent(sent)) {
    const atMs = wholeOr(field(json, 'atMs'), undefined);
    return { kind: 'send', packet: readPacket(sent), ...(atMs === undefined ? {} : { atMs }) };
  }
  if (!isAbsent(released)) return { kind: 'release', index: whole(released) };
  if (!isAbsent(waited)) return { kind: 'wait', ms: whole(waited) };
  return broken(json, 'send, release or wait');
};

const NUMBERS = [
  'sport',
  'dport',
  'icmpType',
  'icmpCode',
  'icmpId',
  'seq',
  'ack',
  'window',
  'mss',
  'ttl',
  'tos',
  'payload',
] as const;

const readPacket = (json: Json): CasePacket => {
  const from = text(field(json, 'from'));
  if (from !== 'pod1' && from !== 'pod2' && from !== 'up' && from !== 'node') {
    return broken(field(json, 'from'), 'pod1, pod2, up or node');
  }
  const socket = field(json, 'socket');
  return { from, ...readHeaders(json), ...(isAbsent(socket) ? {} : { socket: readSocket(socket) }) };
};

const readSocket = (json: Json): CaseSocket => {
  const numbers: Partial<Record<'mark' | 'uid' | 'gid', number>> = {};
  for (const name of ['mark', 'uid', 'gid'] as const) {
    const found = field(json, name);
    if (!isAbsent(found)) numbers[name] = whole(found);
  }
  const groups = field(json, 'groups');
  const device = textOr(field(json, 'device'), undefined);
  return { ...numbers, ...(device === undefined ? {} : { device }), ...(isAbsent(groups) ? {} : { groups: elements(groups).map((group) => whole(group)) }) };
};

const readHeaders = (json: Json): CaseHeaders => {
  const flags = textOr(field(json, 'flags'), undefined);
  const numbers: Partial<Record<(typeof NUMBERS)[number], number>> = {};
  for (const name of NUMBERS) {
    const found = field(json, name);
    if (!isAbsent(found)) numbers[name] = whole(found);
  }
  const inner = field(json, 'inner');
  const fragment = textOr(field(json, 'fragment'), undefined);
  if (fragment !== undefined && fragment !== 'first' && fragment !== 'later') return broken(field(json, 'fragment'), 'first or later');
  return {
    proto: text(field(json, 'proto')),
    src: text(field(json, 'src')),
    dst: text(field(json, 'dst')),
    ...numbers,
    ...(flags === undefined ? {} : { flags }),
    ...(fragment === undefined ? {} : { fragment }),
    ...(isAbsent(inner) ? {} : { inner: readHeaders(inner) }),
  };
};
