import { answersOf, isMessage, secondsApart } from '../compare.ts';
import type { Difference } from '../compare.ts';
import type { SeenStep, ShownAnswer } from '../conversation.ts';
import type { At, Row } from '../at.ts';
import { floorOf, isConsequence, isLate, keyInLog } from '../consequence.ts';
import { hasFailedAlone } from '../otherwise.ts';
import { keyOf } from '../told.ts';
import { answersAt, askCount, hasRule, isFlag, lines, LOCAL_FAILURE, moved, sameAsked, sameBut, ttlOf, typeOf, withoutOptions, withoutTemplateError } from './read.ts';

const isTransfer = (type: string | undefined): boolean => type === 'AXFR' || type === 'IXFR';

const REFUSED_CLASSES = new Set(['NONE', 'RESERVED0']);

/** Whether an alias leads to a name with capitals. */
const hasLargeTarget = (step: SeenStep): boolean => answersOf(step).some((answer) => isMessage(answer) && answer.answer.some((record) => / CNAME .*[A-Z]/.test(record)));

/** Code and records of an answer, without TTLs. */
const recordsTold = (answer: ShownAnswer): string =>
  isMessage(answer) ? JSON.stringify([answer.rcode, ...[answer.answer, answer.authority, answer.additional].map((records) => records.map((record) => record.toLowerCase().replace(/^(\S+) \d+ /, '$1 ')))]) : JSON.stringify(answer);

/** MINTTL of `cache` where nothing is said. */
const TTL_FLOOR_SECONDS = 5;

/** The last number of a SOA. */
const minimumOf = (soa: string): number => Number(soa.split(' ').at(-1));

/** More than any of the generated answers has in it. */
const WHOLE_OCTETS = 8000;

/** AAAA failed in both, and no upstream had part in it. */
const isFailureForAddresses = (at: At): boolean => askCount(at.theirs) + askCount(at.ours) === 0 && [at.theirs, at.ours].every(hasFailedAlone) && at.asked.every(({ type }) => type === 'AAAA');

/** Lines about questions of earlier steps, which are nobody's now. */
const isOfBefore = ({ kind, theirs, ours }: Difference, at: At): boolean => kind === 'log' && [...lines(theirs), ...lines(ours)].every((line) => isLate(keyInLog(line), at));

/** `minimal` leaves the SOA away there. */
const isLeftBehindAlias = ({ kind, theirs, ours }: Difference, at: At): boolean =>
  kind === 'authority: records' && hasRule(at, /^\s*minimal\b/m) && lines(theirs).length === 0 && lines(ours).every((record) => typeOf(record) === 'SOA');

/** `hosts` fails without a word, and what it passes on may fail with one. */
const isPassedOn = ({ kind, theirs, ours }: Difference, { asked }: At): boolean =>
  kind === 'log' && lines(theirs).length === 0 && lines(ours).every((line) => LOCAL_FAILURE.test(line)) && asked.every(({ class: klass = 'IN' }) => klass !== 'IN');

/** For each question for AAAA, `dns64` asks one more or less inside, and tells another code. */
const mostByInsideQuestions = ({ kind }: Difference, { askedBefore }: At): number => {
  const each = kind.endsWith('_sum') ? WHOLE_OCTETS : kind === 'metric coredns_dns_responses_total' ? 3 : kind === 'metric coredns_dns64_requests_translated_total' ? 1 : 2;
  return each * askedBefore.filter(({ type }) => type === 'AAAA').length;
};

/** The same question failed before, and no upstream had part in it. */
const wasFailure = ({ query = {}, earlier }: At): boolean =>
  earlier.some((step) => hasFailedAlone(step) && answersOf(step).some((answer) => isMessage(answer) && answer.question.some((question) => question.toLowerCase() === `${query.name} ${query.class ?? 'IN'} ${query.type}`.toLowerCase())));

/** What answers say. */
export const ANSWER_ROWS: readonly Row[] = [
  { id: 'axfr-refused', explains: ({ kind }, { asked }) => asked.length > 0 && asked.every(({ type }) => isTransfer(type)) && !kind.startsWith('metric ') },
  {
    id: 'notify-notimp',
    explains: ({ kind }, { asked }) => asked.length > 0 && asked.every(({ opcode = 'QUERY' }) => opcode !== 'QUERY') && !kind.startsWith('metric '),
  },
  {
    // It counts what it does with them.
    id: 'notify-notimp',
    explains: (difference, { askedBefore }) => /^metric coredns_(?:acl|cache|template|dns64)_\w+_total$/.test(difference.kind) && moved(difference) <= askedBefore.filter(({ opcode = 'QUERY' }) => opcode !== 'QUERY').length,
  },
  {
    id: 'question-checks',
    explains: (difference, at) =>
      !difference.kind.startsWith('metric ') && ['FORMERR', 'REFUSED'].includes(answersAt({ ...difference, which: 0 }, at)[1]?.rcode ?? '') && at.asked.some(({ raw, questions = 1, class: klass = 'IN' }) => raw !== undefined || questions !== 1 || REFUSED_CLASSES.has(klass)),
  },
  {
    id: 'rewrite-class-hosts',
    explains: ({ kind, theirs, ours }, at) => !kind.startsWith('metric ') && at.asked.length > 0 && (![at.theirs, at.ours].every(hasFailedAlone) || isPassedOn({ kind, theirs, ours }, at)) && at.asked.some(({ class: klass = 'IN' }) => klass !== 'IN' || hasRule(at, new RegExp(`^\\s*rewrite (?:continue |stop )?class ${klass} `, 'mi'))) && hasRule(at, /^\s*(?:hosts|local)\b/m),
  },
  {
    // A denial is told, and lives, for the lesser of the SOA's TTL and MINIMUM.
    id: 'negative-ttl',
    explains: ({ kind, theirs, ours }, at) => {
      const floor = Math.max(TTL_FLOOR_SECONDS, ...[...at.corefile.matchAll(/^\s*denial \d+ \d+ (\d+)/gm)].map(([, seconds]) => Number(seconds)));
      const isLesser = (record: string, other: string): boolean => typeOf(record) === 'SOA' && ttlOf(record) <= Math.max(minimumOf(record), floor) && ttlOf(record) < ttlOf(other);
      // Not kept at all, and told anew.
      const isAnew = (record: string): boolean => typeOf(record) === 'SOA' && minimumOf(record) === 0 && askCount(at.ours) > askCount(at.theirs);
      // And what `dns64` makes lives no longer than the denial.
      if (kind === 'answer: ttl' && hasRule(at, /^\s*dns64\b/m) && at.query?.type === 'AAAA') return lines(ours).every((record, place) => ttlOf(record) <= ttlOf(lines(theirs)[place] ?? ''));
      return kind === 'authority: ttl' && lines(ours).every((record, place) => ttlOf(record) === ttlOf(lines(theirs)[place] ?? '') || isLesser(record, lines(theirs)[place] ?? '') || isAnew(record));
    },
  },
  {
    // And is over earlier.
    id: 'negative-ttl',
    explains: (difference, at) => {
      const soa = answersAt({ ...difference, which: difference.which ?? 0 }, at)[0]?.authority.find((record) => typeOf(record) === 'SOA');
      const isOver = soa !== undefined && at.asked.some((query) => at.told.ageOf(keyOf(query), soa) + 1 >= Math.max(minimumOf(soa), floorOf(at.corefile)));
      // Long over, it is told once more there, and asked for beside that.
      const isStale = hasRule(at, /^\s*serve_stale\b(?!.*\bverify\b)/m) && askCount(at.theirs) > 0 && askCount(at.ours) === askCount(at.theirs);
      return hasRule(at, /^\s*cache\b/m) && isOver && (askCount(at.ours) > askCount(at.theirs) || isStale) && isConsequence(difference, at);
    },
  },
  {
    // CoreDNS tells the least TTL of all.
    id: 'ttl-per-record',
    explains: (difference, at) => {
      const [theirs] = answersAt(difference, at);
      const told = [...(theirs?.answer ?? []), ...(theirs?.authority ?? []), ...(theirs?.additional ?? [])].map(ttlOf);
      return /^(?:answer|authority|additional): ttl$/.test(difference.kind) && told.length > 1 && new Set(told).size === 1 && lines(difference.ours).every((record) => ttlOf(record) >= (told[0] ?? 0) - 1 - secondsApart(at.theirs, at.ours));
    },
  },
  {
    // `whoami` tells the client's port, which the kernel chose there.
    id: 'client-port',
    explains: ({ kind, theirs, ours }) => kind === 'additional: records' && sameBut((line) => line.replace(/ SRV 0 0 \d+ /, ' SRV 0 0 PORT '))(lines(theirs), lines(ours)),
  },
  {
    id: 'owner-case',
    explains: ({ kind, theirs, ours }, at) => kind.endsWith(': case') || (kind === 'upstream' && hasRule(at, /^\s*dns64\b/m) && sameAsked((line) => withoutOptions(line.toLowerCase()))(theirs, ours)),
  },
  {
    // `dns64` asks, and tells, about the new name too.
    id: 'rewrite-continue-question',
    explains: ({ kind, theirs, ours }, at) =>
      hasRule(at, /^\s*dns64\b/m) && at.query?.type === 'AAAA' && at.all.some((other) => other.kind === 'question') &&
      (kind === 'log name' || (kind === 'answer: records' && sameBut((line) => line.replace(/^\S+/, '@'))(lines(theirs), lines(ours)))),
  },
  { id: 'rewrite-continue-question', explains: ({ kind }, { all }) => kind === 'log' && all.some((other) => other.kind === 'question') },
  { id: 'rewrite-continue-question', explains: ({ kind, ours }, at) => kind === 'question' && hasRule(at, /^\s*rewrite\b/m) && lines(ours)[0] === `${at.query?.name} ${at.query?.class ?? 'IN'} ${at.query?.type ?? 'A'}` },
  {
    id: 'udp-1232',
    explains: (difference, at) => at.query?.proto !== 'tcp' && (at.query?.edns?.size ?? 512) > 1232 && answersAt(difference, at)[1]?.flags.includes('tc') === true && answersAt(difference, at)[0]?.flags.includes('tc') === false,
  },
  { id: 'minimal-cname', explains: (difference, at) => isLeftBehindAlias(difference, at) },
  // And so it is no denial to CoreDNS's cache, which has another cap for those.
  { id: 'minimal-cname', explains: ({ kind, which, theirs, ours }, at) => kind === 'answer: ttl' && at.all.some((other) => other.which === which && isLeftBehindAlias(other, at)) && [...lines(theirs), ...lines(ours)].every((record) => typeOf(record) === 'CNAME') },
  {
    // Written by `cache` or `rewrite`, a failure is an answer without an address.
    id: 'dns64-of-failure',
    explains: (difference, at) =>
      hasRule(at, /^\s*dns64\b/m) &&
      (/^log(?: (?:type|size|bufsize))?$/.test(difference.kind) ? isFailureForAddresses(at) : /^metric coredns_(?:dns64|dns|acl|cache|template)_/.test(difference.kind) && moved(difference) <= mostByInsideQuestions(difference, at) && at.used.has('dns64-of-failure')),
  },
  {
    // Told by the cache, it is one the second time, and for an address something else may be told.
    id: 'dns64-of-failure',
    explains: (difference, at) =>
      hasRule(at, /^\s*dns64\b/m) && hasRule(at, /^\s*cache\b/m) && !difference.kind.startsWith('metric ') && at.asked.length === 1 && at.query?.type === 'AAAA' && hasFailedAlone(at.ours) && wasFailure(at) &&
      answersAt({ ...difference, which: 0 }, at)[0]?.answer.every((record) => ['AAAA', 'CNAME'].includes(typeOf(record))) === true,
  },
  {
    id: 'dns64-denied',
    explains: ({ kind, theirs, ours }, at) => hasRule(at, /^\s*dns64\b/m) && at.asked.every(({ type }) => type === 'AAAA') && (kind === 'rcode' || kind === 'log rcode') && theirs === 'NXDOMAIN' && ours === 'NOERROR',
  },
  { id: 'dns64-ra', explains: (difference, at) => isFlag(difference, 'ra') && hasRule(at, /^\s*dns64\b/m) && at.asked.some(({ type = 'A' }) => type === 'AAAA') },
  {
    // A gauge begins with 0, as Prometheus recommends.
    id: 'entries-zero',
    explains: ({ kind, theirs, ours }) => kind === 'metric coredns_cache_entries' && lines(theirs).length === 0 && lines(ours).every((line) => line.endsWith(' 0')),
  },
  {
    id: 'plugin-label',
    explains: (difference) => difference.kind === 'metric coredns_dns_responses_total' && moved(difference) === 0,
  },
  {
    // CoreDNS leaves what the first answer said, whatever is said of the new name.
    id: 'rewrite-cname-rcode',
    explains: (difference, at) =>
      hasRule(at, /^\s*rewrite .*\bcname /m) &&
      ['rcode', 'authority: records', 'log rcode', 'log size', 'log rsize'].includes(difference.kind) &&
      (answersAt({ ...difference, which: difference.which ?? 0 }, at)[1]?.answer.some((record) => typeOf(record) === 'CNAME') ?? false),
  },
  {
    // Expired denials are told while the upstream tells another, as no denial may take the place of anything.
    id: 'stale-denial-verified',
    explains: (difference, at) =>
      hasRule(at, /^\s*serve_stale_policy prefer_positive/m) && hasRule(at, /^\s*serve_stale .*\bverify\b/m) && askCount(at.theirs) > 0 && askCount(at.theirs) === askCount(at.ours) && answersAt({ ...difference, which: difference.which ?? 0 }, at).every((answer) => answer?.answer.every((record) => typeOf(record) === 'CNAME') === true) && !isOfBefore(difference, at) && isConsequence(difference, at),
  },
  { id: 'any-cut', explains: (difference, at) => at.query?.type === 'ANY' && /^(?:answer|authority|additional): records$/.test(difference.kind) && answersAt(difference, at).every((answer) => answer?.flags.includes('tc')) && lines(difference.ours).length === 0 },
  { id: 'header-query-rd', explains: (difference, at) => isFlag(difference, 'rd') && hasRule(at, /^\s*query (?:set|clear) .*\brd\b/m) && answersAt(difference, at)[1]?.flags.split(' ').includes('rd') === (at.query?.rd ?? true) },
  {
    // The second one is what it logs.
    id: 'answered-twice',
    explains: ({ kind }, at) => ['log flags', 'log rsize'].includes(kind) && hasRule(at, /^\s*rewrite\b/m) && hasRule(at, /^\s*template\b/m) && answersOf(at.theirs).every((answer) => isMessage(answer) && answer.rcode === 'REFUSED'),
  },
  {
    id: 'error-words',
    explains: ({ kind, theirs, ours }, at) => {
      const ofReload = (said: unknown): readonly string[] => lines(said).filter((line) => !line.startsWith('[WARNING]') && !isLate(keyInLog(line), at));
      return kind === 'log' && ofReload(ours).length > 0 && sameBut((line) => line.replace(/^(\[ERROR\] (?:Restart failed|SIGUSR1: starting with listener file descriptors): ).*/, '$1'))(ofReload(theirs), ofReload(ours));
    },
  },
  {
    // Who asks at once gets what there is in any order from goroutines, and in the order of asking here.
    id: 'burst-order',
    explains: ({ kind, which }, { asked, theirs, ours }) => which !== undefined && asked.length > 1 && kind !== 'question' && JSON.stringify(answersOf(theirs).map(recordsTold).toSorted()) === JSON.stringify(answersOf(ours).map(recordsTold).toSorted()),
  },
  {
    // And so have the lines about them.
    id: 'burst-order',
    explains: ({ kind }, { asked, theirs, ours }) => /^log (?:rcode|flags|rsize)$/.test(kind) && asked.length > 1 && sameBut((line) => line.replace(/ - \d+ /, ' '))(theirs.log ?? [], ours.log ?? []),
  },
  { id: 'rewrite-cname-case', explains: ({ kind }, at) => hasRule(at, /^\s*rewrite .*\bcname /m) && !kind.startsWith('metric coredns_cache_') && [at.theirs, ...at.earlier].some(hasLargeTarget) },
  {
    id: 'acl-next-name',
    explains: ({ kind, theirs, ours }, at) =>
      kind === 'log' && hasRule(at, /^\s*acl\b/m) && at.asked.some(({ name = '' }) => lines(theirs).some((line) => line.endsWith(`: plugin/${name.toLowerCase()}: no next plugin found`))) && sameBut((line) => line.replace(/: plugin\/\S+: no next plugin found$/, ''))(lines(theirs), lines(ours)),
  },
  {
    id: 'template-error-text',
    explains: ({ kind, theirs, ours }) => kind === 'log' && lines(theirs).some((line) => /: dns: /.test(line)) && sameBut(withoutTemplateError)(lines(theirs), lines(ours)),
  },
  {
    // CoreDNS reads no option of a line that has the prefix, against what it documents.
    id: 'dns64-prefix-options',
    explains: (difference, at) => {
      if (!hasRule(at, /^\s*dns64 \S+::\S* \{/m)) return false;
      if (!difference.kind.startsWith('metric ')) return at.asked.some(({ type = 'A' }) => type === 'AAAA');
      return /^metric coredns_(?:dns64|dns|acl|cache|template)_/.test(difference.kind) && moved(difference) <= mostByInsideQuestions(difference, at);
    },
  },
  {
    // Of several blocks for a zone, CoreDNS takes the last that a view lets in for DS, ours the first as for any type.
    id: 'ds-view',
    explains: ({ kind }, at) => !kind.startsWith('metric ') && hasRule(at, /^\s*view\b/m) && at.asked.some(({ type }) => type === 'DS'),
  },
  {
    // The label has a value there, and none here.
    id: 'labels-of-others',
    explains: ({ kind, theirs, ours }, at) =>
      kind === 'log' && hasRule(at, /^\s*metadata\b/m) && hasRule(at, /^\s*view\b/m) && hasRule(at, /\{\/[^}]+\}/) && lines(ours).every((line, place) => line.split(' ').every((word, index) => [lines(theirs)[place]?.split(' ')[index], `${word.slice(0, -1)}-`].includes(word))),
  },
  { id: 'chaos-authors', explains: ({ kind }, at) => hasRule(at, /^\s*chaos\b/m) && !kind.startsWith('metric ') && kind !== 'answer: order' && at.asked.length > 0 && at.asked.every(({ name = '' }) => /^authors\.bind\.$/i.test(name)) },
  {
    // Both tell them in any order.
    id: 'shuffled',
    explains: ({ kind }, { asked }) => kind === 'answer: order' && asked.every(({ name = '' }) => /^authors\.bind\.$/i.test(name)),
  },
  {
    id: 'machine-name',
    explains: ({ kind }, { asked }) => kind === 'answer: records' && asked.every(({ name = '' }) => /^(?:hostname\.bind|id\.server)\.$/i.test(name)),
  },
  // The recorder's machine had another /etc/hosts.
  { id: 'hosts-file', explains: ({ kind, theirs, ours }) => kind === 'metric coredns_hosts_entries' && [...lines(theirs), ...lines(ours)].every((line) => line.includes('/etc/hosts')) },
];
