import { answersAt, hasRule, isFlag, lines, sameAsked, sameBut, withoutOptions, withoutSize } from './read.ts';
import type { At, Row } from '../at.ts';
import type { Difference } from '../compare.ts';
import type { SeenStep } from '../conversation.ts';

const KEEPALIVE = '11';
const EXTENDED_ERROR = '15';
const OPT_OCTETS = 11;
/** Without words. */
const BARE_ERROR_OCTETS = 6;

const codesOf = (options: unknown): readonly string[] => lines(options).map((option) => option.split(':')[0] ?? '');

const ADDS_OPTIONS = /^\s*rewrite .*edns0/m;

const askedOver = (transport: 'udp' | 'tcp', { upstream = {} }: SeenStep): readonly string[] =>
  Object.values(upstream).flat().flatMap((line) => (line.startsWith(`${transport} `) ? [line.slice(4).replace(/ edns .*/, '')] : []));

/** Without the OPT's size, and of each option the first. */
const withEachOnce = (line: string): string => {
  const seen = new Set<string>();
  return withoutSize(line)
    .split(' ')
    .filter((word) => {
      const code = /^(\d+):/.exec(word)?.[1];
      if (code === undefined) return true;
      const isFirst = !seen.has(code);
      seen.add(code);
      return isFirst;
    })
    .join(' ');
};

/** Both asked over UDP, and one of them over TCP too, since the answer was cut. */
const onlyOneCameWhole = (one: SeenStep, other: SeenStep): boolean =>
  askedOver('tcp', one).some((line) => askedOver('udp', one).includes(line) && askedOver('udp', other).includes(line) && !askedOver('tcp', other).includes(line));

/** What fits into the size that one offers was cut for the other, which then asked over TCP. */
const cameWhole = (at: At): boolean => hasRule(at, /^\s*prefer_udp\b/m) && (onlyOneCameWhole(at.theirs, at.ours) || onlyOneCameWhole(at.ours, at.theirs));

/** The upstream has cut it for CoreDNS, and for ours the server itself, if at all. */
const cameCut = (difference: Difference, at: At): boolean => {
  const [theirs, ours] = answersAt({ ...difference, which: difference.which ?? 0 }, at);
  const hasMore = theirs !== undefined && ours !== undefined && theirs.answer.length + theirs.authority.length < ours.answer.length + ours.authority.length;
  return hasMore && theirs.flags.includes('tc') && /^(?:(?:answer|authority|additional): records|flags: -tc|log flags|log rsize)$/.test(difference.kind);
};

/** Ours is cut to what a client without OPT takes. */
const isCutHere = ({ kind, theirs, ours, which }: Difference, at: At): boolean =>
  at.query?.edns === undefined && (['flags: +tc', 'log flags', 'log rsize'].includes(kind) || (/^(?:answer|authority|additional): records$/.test(kind) && lines(ours).length < lines(theirs).length)) && answersAt({ kind, theirs, ours, which: which ?? 0 }, at)[1]?.flags.includes('tc') === true;

/** EDNS, flags, transport. */
export const WIRE_ROWS: readonly Row[] = [
  { id: 'edns-upstream', explains: ({ kind, theirs, ours }) => kind === 'upstream' && sameAsked(withoutSize)(theirs, ours) },
  { id: 'upstream-fits', explains: (difference, at) => !difference.kind.startsWith('metric ') && (cameWhole(at) || cameCut(difference, at)) },
  {
    id: 'client-options-upstream',
    explains: ({ kind, theirs, ours }, { asked }) => kind === 'upstream' && asked.some(({ edns }) => (edns?.options?.length ?? 0) > 0) && sameAsked(withoutOptions)(theirs, ours),
  },
  {
    // `append` adds `nsid` and `local` although they are there.
    id: 'rewrite-option-twice',
    explains: ({ kind, theirs, ours }, at) =>
      hasRule(at, /^\s*rewrite .*edns0 (?:nsid|local) append\b/m) &&
      ((kind === 'upstream' && sameAsked(withEachOnce)(theirs, ours)) ||
        // And so the rule has done something, and `rewrite` writes the failure.
        (kind === 'log' && sameBut((line) => line.replace(/(plugin\/errors: )\d+/, '$1'))(lines(theirs), lines(ours)) && at.asked.some(({ edns }) => (edns?.options?.length ?? 0) > 0))),
  },
  { id: 'edns-size-answer', explains: ({ kind, ours }) => kind === 'edns: size' && ours === 1232 },
  {
    id: 'rewrite-edns0-opt',
    explains: (difference, at) =>
      hasRule(at, ADDS_OPTIONS) && (isCutHere(difference, at) || (difference.kind === 'edns: missing' && at.query?.edns === undefined) || ['log size', 'log bufsize'].includes(difference.kind)),
  },
  { id: 'rewrite-option-to-client', explains: ({ kind, theirs, ours }, at) => kind === 'edns: options' && hasRule(at, ADDS_OPTIONS) && lines(theirs).length > lines(ours).length },
  {
    id: 'acl-opt',
    explains: ({ kind, theirs, ours }, at) =>
      (kind === 'edns: missing' && at.query?.edns === undefined && hasRule(at, /^\s*(?:acl|template|nsid)\b/m)) ||
      (kind === 'edns: do' && ours === (at.query?.edns?.do ?? false) && hasRule(at, /^\s*(?:acl|template|nsid)\b/m)) ||
      (kind === 'log do' && hasRule(at, /^\s*(?:acl|template)\b/m)) ||
      // A question of the server's own has no answer that could be seen.
      (kind === 'log rsize' && hasRule(at, /^\s*acl\b/m) && Number(theirs) - Number(ours) === OPT_OCTETS + BARE_ERROR_OCTETS) ||
      (kind === 'log rsize' && hasRule(at, /^\s*ederror\b/m) && Number(theirs) - Number(ours) >= OPT_OCTETS && Number(theirs) - Number(ours) < 2 * OPT_OCTETS),
  },
  { id: 'badvers-do', explains: ({ kind, ours }, { query }) => query?.edns?.version !== undefined && ((kind === 'edns: do' && ours === (query.edns.do ?? false)) || (kind === 'rcode' && ours === 'BADVERS')) },
  { id: 'keepalive', explains: ({ kind, ours }, { query }) => kind === 'edns: options' && query?.proto === 'tcp' && codesOf(ours).includes(KEEPALIVE) },
  {
    id: 'ede-added',
    explains: ({ kind, theirs, ours }) => kind === 'edns: options' && codesOf(ours).includes(EXTENDED_ERROR) && !codesOf(theirs).includes(EXTENDED_ERROR),
  },
  {
    id: 'upstream-option-to-client',
    explains: ({ kind, theirs, ours }, { scripts }) =>
      kind === 'edns: options' && lines(ours).length < lines(theirs).length && lines(theirs).every((option) => scripts.some((script) => Object.values(script).flat().some(({ options }) => options?.includes(option) === true))),
  },
  { id: 'log-size-trimmed', explains: ({ kind, theirs, ours }, { asked }) => kind === 'log size' && Number(theirs) < Number(ours) && asked.some(({ edns }) => (edns?.options?.length ?? 0) > 0) },
  { id: 'log-size-trimmed', explains: ({ kind }, { askedBefore }) => kind === 'metric coredns_dns_request_size_bytes_sum' && askedBefore.some(({ edns }) => (edns?.options?.length ?? 0) > 0) },
  { id: 'cd-copied', explains: (difference, { asked }) => isFlag(difference, 'cd') && asked.some(({ cd }) => (cd ?? false) === String(difference.ours).split(/[ ,]/).includes('cd')) },
  {
    id: 'ad-unasked',
    explains: (difference, { asked }) => isFlag(difference, 'ad') && !String(difference.ours).split(/[ ,]/).includes('ad') && asked.some(({ ad, edns, opcode = 'QUERY' }) => ad !== true && edns?.do !== true && opcode === 'QUERY'),
  },
  {
    id: 'formerr-ad',
    explains: (difference, at) => isFlag(difference, 'ad') && ['FORMERR', 'NOTIMP'].includes(answersAt(difference, at)[1]?.rcode ?? ''),
  },
  {
    id: 'errors-local-address',
    explains: ({ kind, theirs, ours }) => kind === 'log' && sameBut((line) => line.replace('127.0.0.1:P->', ''))(lines(theirs), lines(ours)),
  },
];
