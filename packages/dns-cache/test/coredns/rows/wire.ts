import type { Row } from '../at.ts';
import { answersAt, hasRule, isFlag, lines, sameAsked, sameBut, withoutOptions, withoutSize } from './read.ts';

const KEEPALIVE = '11';
const EXTENDED_ERROR = '15';

const codesOf = (options: unknown): readonly string[] => lines(options).map((option) => option.split(':')[0] ?? '');

const ADDS_OPTIONS = /^\s*rewrite .*edns0/m;

/** EDNS, flags, transport. */
export const WIRE_ROWS: readonly Row[] = [
  { id: 'edns-upstream', explains: ({ kind, theirs, ours }) => kind === 'upstream' && sameAsked(withoutSize)(theirs, ours) },
  {
    id: 'client-options-upstream',
    explains: ({ kind, theirs, ours }, { asked }) => kind === 'upstream' && asked.some(({ edns }) => (edns?.options?.length ?? 0) > 0) && sameAsked(withoutOptions)(theirs, ours),
  },
  { id: 'edns-size-answer', explains: ({ kind, ours }) => kind === 'edns: size' && ours === 1232 },
  {
    id: 'rewrite-edns0-opt',
    explains: ({ kind }, at) =>
      hasRule(at, ADDS_OPTIONS) && ((kind === 'edns: missing' && at.query?.edns === undefined) || ['log size', 'log bufsize'].includes(kind)),
  },
  { id: 'rewrite-option-to-client', explains: ({ kind, theirs, ours }, at) => kind === 'edns: options' && hasRule(at, ADDS_OPTIONS) && lines(theirs).length > lines(ours).length },
  {
    id: 'acl-opt',
    explains: ({ kind, ours }, at) =>
      (kind === 'edns: missing' && at.query?.edns === undefined && hasRule(at, /^\s*(?:acl|template|nsid)\b/m)) ||
      (kind === 'edns: do' && ours === (at.query?.edns?.do ?? false) && hasRule(at, /^\s*(?:acl|template|nsid)\b/m)) ||
      (kind === 'log do' && hasRule(at, /^\s*(?:acl|template)\b/m)),
  },
  { id: 'badvers-do', explains: ({ kind, ours }, { query }) => kind === 'edns: do' && query?.edns?.version !== undefined && ours === (query.edns.do ?? false) },
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
