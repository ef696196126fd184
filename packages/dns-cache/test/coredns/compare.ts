import type { SeenStep, ShownAnswer, ShownMessage } from './conversation.ts';

/** In what two servers differ at a step: kinds of it, each with what the first did and the second. */
export interface Difference {
  /** `flags: +aa`, `log`, `metric coredns_cache_hits_total` … */
  readonly kind: string;
  readonly theirs: unknown;
  readonly ours: unknown;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const withoutTtl = (record: string): string => record.replace(/^(\S+) \d+ /, '$1 ');
const ttlOf = (record: string): number => Number(record.split(' ')[1]);

const recordDifference = (section: string, theirs: readonly string[], ours: readonly string[]): readonly Difference[] => {
  if (same(theirs, ours)) return [];
  const [one, other] = [theirs.map(withoutTtl), ours.map(withoutTtl)];
  if (!same(one.toSorted(), other.toSorted())) return [{ kind: `${section}: records`, theirs, ours }];
  if (!same(one, other)) return [{ kind: `${section}: order`, theirs, ours }];
  // Their clocks began at different moments.
  const isNear = theirs.every((record, at) => Math.abs(ttlOf(record) - ttlOf(ours[at] ?? '')) <= 1);
  return isNear ? [] : [{ kind: `${section}: ttl`, theirs, ours }];
};

const flagDifference = ({ flags: theirs }: ShownMessage, { flags: ours }: ShownMessage): readonly Difference[] => {
  if (theirs === ours) return [];
  const [one, other] = [theirs.split(' '), ours.split(' ')];
  const kinds = [...one.filter((flag) => !other.includes(flag)).map((flag) => `-${flag}`), ...other.filter((flag) => !one.includes(flag)).map((flag) => `+${flag}`)];
  return kinds.map((flag) => ({ kind: `flags: ${flag}`, theirs, ours }));
};

const answerDifference = (theirs: ShownAnswer | undefined, ours: ShownAnswer | undefined): readonly Difference[] => {
  if (theirs === undefined || ours === undefined || typeof theirs === 'string' || typeof ours === 'string') return same(theirs, ours) ? [] : [{ kind: 'answered', theirs, ours }];
  const simple = (['rcode', 'opcode', 'question'] as const).flatMap((part) => (same(theirs[part], ours[part]) ? [] : [{ kind: part, theirs: theirs[part], ours: ours[part] }]));
  const opt = (['version', 'size', 'do', 'options'] as const).flatMap((part) =>
    theirs.edns !== null && ours.edns !== null && !same(theirs.edns[part], ours.edns[part]) ? [{ kind: `edns: ${part}`, theirs: theirs.edns[part], ours: ours.edns[part] }] : [],
  );
  const hasOpt = (theirs.edns === null) === (ours.edns === null) ? [] : [{ kind: ours.edns === null ? 'edns: missing' : 'edns: extra', theirs: theirs.edns, ours: ours.edns }];
  const sections = (['answer', 'authority', 'additional'] as const).flatMap((section) => recordDifference(section, theirs[section], ours[section]));
  return [...simple, ...flagDifference(theirs, ours), ...sections, ...hasOpt, ...opt];
};

const isList = (answer: SeenStep['answer']): answer is readonly ShownAnswer[] => Array.isArray(answer);

/** Lines of one but not of the other, however often they occur. */
const surplus = (lines: readonly string[], others: readonly string[]): readonly string[] => {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

const metricName = (line: string): string => /^[^{ ]+/.exec(line)?.[0] ?? line;

export const differences = (theirs: SeenStep, ours: SeenStep): readonly Difference[] => {
  const answers = isList(theirs.answer) && isList(ours.answer) ? theirs.answer.flatMap((answer, at) => answerDifference(answer, (ours.answer as readonly ShownAnswer[])[at])) : answerDifference(theirs.answer as ShownAnswer | undefined, ours.answer as ShownAnswer | undefined);
  const upstream = same(theirs.upstream, ours.upstream) ? [] : [{ kind: 'upstream', theirs: theirs.upstream, ours: ours.upstream }];
  const [missing, extra] = [surplus(theirs.log ?? [], ours.log ?? []), surplus(ours.log ?? [], theirs.log ?? [])];
  const log = missing.length + extra.length === 0 ? [] : [{ kind: 'log', theirs: missing, ours: extra }];
  const [less, more] = [surplus(theirs.metrics ?? [], ours.metrics ?? []), surplus(ours.metrics ?? [], theirs.metrics ?? [])];
  const names = [...new Set([...less, ...more].map(metricName))].toSorted();
  const metrics = names.map((name) => ({ kind: `metric ${name}`, theirs: less.filter((line) => metricName(line) === name), ours: more.filter((line) => metricName(line) === name) }));
  return [...answers, ...upstream, ...log, ...metrics];
};
