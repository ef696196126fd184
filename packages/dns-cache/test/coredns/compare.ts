import type { SeenStep, ShownAnswer, ShownMessage } from './conversation.ts';

/** In what two servers differ at a step: kinds of it, each with what the first did and the second. */
export interface Difference {
  /** `flags: +aa`, `log`, `metric coredns_cache_hits_total` … */
  readonly kind: string;
  readonly theirs: unknown;
  readonly ours: unknown;
  /** Of the answers of a step, the one that it is about. */
  readonly which?: number;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const withoutTtl = (record: string): string => record.replace(/^(\S+) \d+ /, '$1 ');
const inLowerCase = (record: string): string => record.toLowerCase();
const ttlOf = (record: string): number => Number(record.split(' ')[1]);

/** @param apartSeconds how much more of time has passed for one of them */
const recordDifference = (section: string, theirs: readonly string[], ours: readonly string[], apartSeconds: number): readonly Difference[] => {
  if (same(theirs, ours)) return [];
  const [one, other] = [theirs.map(withoutTtl), ours.map(withoutTtl)];
  const [folded, otherFolded] = [one.map(inLowerCase), other.map(inLowerCase)];
  if (!same(folded.toSorted(), otherFolded.toSorted())) return [{ kind: `${section}: records`, theirs, ours }];
  const letters = same(one.toSorted(), other.toSorted()) ? [] : [{ kind: `${section}: case`, theirs, ours }];
  if (!same(folded, otherFolded)) return [...letters, { kind: `${section}: order`, theirs, ours }];
  // Their clocks began at different moments.
  const isNear = theirs.every((record, at) => Math.abs(ttlOf(record) - ttlOf(ours[at] ?? '')) <= 1 + apartSeconds);
  return isNear ? letters : [...letters, { kind: `${section}: ttl`, theirs, ours }];
};

const flagDifference = ({ flags: theirs }: ShownMessage, { flags: ours }: ShownMessage): readonly Difference[] => {
  if (theirs === ours) return [];
  const [one, other] = [theirs.split(' '), ours.split(' ')];
  const kinds = [...one.filter((flag) => !other.includes(flag)).map((flag) => `-${flag}`), ...other.filter((flag) => !one.includes(flag)).map((flag) => `+${flag}`)];
  return kinds.map((flag) => ({ kind: `flags: ${flag}`, theirs, ours }));
};

export const isMessage = (answer: ShownAnswer | undefined): answer is ShownMessage => typeof answer === 'object' && 'flags' in answer;

/** Options may come in any order (RFC 6891 §6.1.2). */
const inAnyOrder = <T>(value: T | readonly string[]): T | readonly string[] => (Array.isArray(value) ? value.map(String).toSorted() : value);

const answerDifference = (theirs: ShownAnswer | undefined, ours: ShownAnswer | undefined, apartSeconds: number): readonly Difference[] => {
  if (!isMessage(theirs) || !isMessage(ours)) return same(theirs, ours) ? [] : [{ kind: 'answered', theirs, ours }];
  const simple = (['rcode', 'opcode', 'question'] as const).flatMap((part) => (same(theirs[part], ours[part]) ? [] : [{ kind: part, theirs: theirs[part], ours: ours[part] }]));
  const opt = (['version', 'size', 'do', 'options'] as const).flatMap((part) =>
    theirs.edns !== null && ours.edns !== null && !same(inAnyOrder(theirs.edns[part]), inAnyOrder(ours.edns[part])) ? [{ kind: `edns: ${part}`, theirs: theirs.edns[part], ours: ours.edns[part] }] : [],
  );
  const hasOpt = (theirs.edns === null) === (ours.edns === null) ? [] : [{ kind: ours.edns === null ? 'edns: missing' : 'edns: extra', theirs: theirs.edns, ours: ours.edns }];
  const sections = (['answer', 'authority', 'additional'] as const).flatMap((section) => recordDifference(section, theirs[section], ours[section], apartSeconds));
  return [...simple, ...flagDifference(theirs, ours), ...sections, ...hasOpt, ...opt];
};

const isList = (answer: SeenStep['answer']): answer is readonly ShownAnswer[] => Array.isArray(answer);

export const answersOf = ({ answer }: SeenStep): readonly ShownAnswer[] => (answer === undefined ? [] : isList(answer) ? answer : [answer]);

/** Lines of one but not of the other, however often they occur. */
export const surplus = (lines: readonly string[], others: readonly string[]): readonly string[] => {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

const SUM = /^\w+_sum\b/;

const metricName = (line: string): string => /^[^{ ]+/.exec(line)?.[0] ?? line;

/** What a line of `log` says, by the names of its fields. */
type LogFields = Readonly<Record<string, string>>;

const LOG_LINES: readonly RegExp[] = [
  /^\[INFO\] (?<client>\S+) - (?<id>\d+) "(?<type>\S+) (?<class>\S+) (?<name>\S+) (?<proto>\S+) (?<size>\d+) (?<do>\S+) (?<bufsize>\d+)" (?<rcode>\S+) (?<flags>\S+) (?<rsize>\d+) \S+(?<rest>.*)$/,
  /^\[INFO\] (?<client>\S+) (?<name>\S+) (?<type>\S+) (?<class>\S+) (?<proto>udp|tcp) (?<rcode>\S+) (?<rsize>\d+) (?<flags>\S+) (?<bufsize>\d+) (?<do>\S+) (?<id>\d+) (?<opcode>\d+) (?<size>\d+)$/,
  /^\[INFO\] (?<name>[^|\s]+)\|-\|\{unknown\}$/,
];

export const logFields = (line: string): LogFields | undefined => LOG_LINES.map((pattern) => pattern.exec(line)?.groups).find((groups) => groups !== undefined);

/** Which lines are about the same query: first those that agree in all of this, and where one has other questions too, in less. */
const MATES: readonly (readonly string[])[] = [['id', 'name', 'type'], ['id', 'name'], ['id', 'type']];

/** Flags are compared one by one, as those of an answer are: each has a reason of its own. */
const logFlagDifference = (theirs: string, ours: string): readonly Difference[] => {
  if (theirs === '-' || ours === '-') return [{ kind: 'log flags', theirs, ours }];
  const [one, other] = [theirs.split(','), ours.split(',')];
  const more = other.filter((flag) => !one.includes(flag)).map((flag) => ({ kind: 'log flags', theirs: other.filter((each) => each !== flag).join(), ours }));
  const less = one.filter((flag) => !other.includes(flag)).map((flag) => ({ kind: 'log flags', theirs, ours: one.filter((each) => each !== flag).join() }));
  return [...less, ...more];
};

const fieldDifference = (field: string, theirs: string, ours: string): readonly Difference[] =>
  theirs === ours ? [] : field === 'flags' ? logFlagDifference(theirs, ours) : [{ kind: `log ${field}`, theirs, ours }];

/** Lines about one query are compared by field; `log` is what one says and the other does not. */
const logDifference = (missing: readonly string[], extra: readonly string[]): readonly Difference[] => {
  const left = [...extra];
  const found: Difference[] = [];
  let lone = missing;
  for (const fields of MATES) {
    lone = lone.filter((line) => {
      const theirs = logFields(line);
      const at = theirs === undefined ? -1 : left.map(logFields).findIndex((other) => other !== undefined && fields.every((field) => other[field] === theirs[field]));
      const ours = at < 0 ? undefined : logFields(left.splice(at, 1)[0] ?? '');
      if (theirs === undefined || ours === undefined) return true;
      found.push(...Object.keys(theirs).flatMap((field) => fieldDifference(field, theirs[field] ?? '', ours[field] ?? '')));
      return false;
    });
  }
  return lone.length + left.length === 0 ? found : [...found, { kind: 'log', theirs: lone, ours: left }];
};

/** By how much later one has begun a step than the other, on a machine that has much else to do. */
export const secondsApart = (theirs: SeenStep, ours: SeenStep): number => (theirs.at_ms === undefined || ours.at_ms === undefined ? 0 : Math.ceil(Math.abs(theirs.at_ms - ours.at_ms) / 1000));

export const differences = (theirs: SeenStep, ours: SeenStep): readonly Difference[] => {
  const [seen, shown] = [answersOf(theirs), answersOf(ours)];
  const apartSeconds = secondsApart(theirs, ours);
  const answers = Array.from({ length: Math.max(seen.length, shown.length) }).flatMap((_, which) => answerDifference(seen[which], shown[which], apartSeconds).map((one) => ({ ...one, which })));
  const upstream = same(theirs.upstream, ours.upstream) ? [] : [{ kind: 'upstream', theirs: theirs.upstream, ours: ours.upstream }];
  const log = logDifference(surplus(theirs.log ?? [], ours.log ?? []), surplus(ours.log ?? [], theirs.log ?? []));
  // Older recordings are without sums.
  const shownSums = (theirs.metrics ?? []).some((line) => SUM.test(line)) ? ours.metrics : ours.metrics?.filter((line) => !SUM.test(line));
  const [less, more] = [surplus(theirs.metrics ?? [], shownSums ?? []), surplus(shownSums ?? [], theirs.metrics ?? [])];
  const names = [...new Set([...less, ...more].map(metricName))].toSorted();
  const metrics = names.map((name) => ({ kind: `metric ${name}`, theirs: less.filter((line) => metricName(line) === name), ours: more.filter((line) => metricName(line) === name) }));
  return [...answers, ...upstream, ...log, ...metrics];
};
