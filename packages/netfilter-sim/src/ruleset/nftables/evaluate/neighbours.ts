import { notModelled } from '../../shared/not-modelled.ts';
import type { Statement } from '../values/statement.ts';
import type { NftContext } from './context.ts';
import { evaluateMatch } from './match.ts';
import type { Truth } from './truth.ts';

type Match = Extract<Statement, { kind: 'match' }>;

/** Where fields of whole octets begin and end in their headers, in octets. */
const IP_FIELDS = { length: [2, 4], id: [4, 6], 'frag-off': [6, 8], ttl: [8, 9], protocol: [9, 10], checksum: [10, 12], saddr: [12, 16], daddr: [16, 20] } as const;
const IP6_FIELDS = { length: [4, 6], nexthdr: [6, 7], hoplimit: [7, 8] } as const;
const PORTS = { sport: [0, 2], dport: [2, 4] } as const;
const ICMP_FIELDS = { type: [0, 1], code: [1, 2], checksum: [2, 4], id: [4, 6], sequence: [6, 8] } as const;

const LAYOUTS: Readonly<Record<string, Readonly<Record<string, readonly [start: number, end: number]>>>> = {
  ip: IP_FIELDS,
  ip6: IP6_FIELDS,
  th: PORTS,
  udp: { ...PORTS, length: [4, 6], checksum: [6, 8] },
  udplite: { ...PORTS, checksum: [6, 8] },
  tcp: { ...PORTS, sequence: [4, 8], ackseq: [8, 12], flags: [13, 14], window: [14, 16], checksum: [16, 18], urgptr: [18, 20] },
  sctp: { ...PORTS, vtag: [4, 8], checksum: [8, 12] },
  dccp: PORTS,
  icmp: ICMP_FIELDS,
  icmpv6: ICMP_FIELDS,
};

/** A test that a field is not one value, and where the field lies. */
const inequality = (statement: Statement | undefined): { readonly match: Match; readonly protocol: string; readonly start: number; readonly end: number } | undefined => {
  if (statement?.kind !== 'match' || statement.comparison !== '!=' || statement.left.kind !== 'payload') return undefined;
  const { left, right } = statement;
  if (right.kind !== 'parts' || right.parts.length !== 1 || right.parts[0]?.kind !== 'value') return undefined;
  const [start, end] = LAYOUTS[left.protocol]?.[left.field] ?? [];
  return start === undefined || end === undefined ? undefined : { match: statement, protocol: left.protocol, start, end };
};

const isNextTo = (before: Statement | undefined, behind: Statement | undefined): boolean => {
  const [one, other] = [inequality(before), inequality(behind)];
  return one !== undefined && other !== undefined && one.protocol === other.protocol && one.end === other.start;
};

/**
 * The tests in a row, from this one on, that neighbouring fields are not these values. nft 1.0.6 loads them as one, which is
 * true unless all are equal (`payload_do_merge`, src/payload.c), and lists them as several; 1.1.3 loads several.
 * `none`: it has none beside it; `seen`: the one before it has this one.
 */
export const neighbours = (statements: readonly Statement[], at: number): 'none' | 'seen' | readonly Match[] => {
  const first = inequality(statements[at]);
  if (first === undefined) return 'none';
  if (isNextTo(statements[at - 1], statements[at])) return 'seen';
  const found = [first.match];
  for (let next = at + 1; isNextTo(statements[next - 1], statements[next]); next += 1) {
    const { match } = inequality(statements[next]) ?? first;
    found.push(match);
  }
  return found.length === 1 ? 'none' : found;
};

/** True or false where one test and several come to the same. */
export const evaluateNeighbours = (matches: readonly Match[], context: NftContext, position: string): Truth => {
  const truths = matches.map((match) => evaluateMatch(match, context, position));
  const unknown = truths.find((truth) => typeof truth !== 'boolean');
  if (truths.every((truth) => truth === true)) return true;
  if (truths.every((truth) => truth === false)) return false;
  if (unknown !== undefined) return unknown;
  const fields = matches.map(({ left }) => (left.kind === 'payload' ? `${left.protocol} ${left.field}` : '')).join(' and ');
  return notModelled(`whether nft made one test of those of ${fields}, as its version 1.0.6 does: it lists them alike`);
};
