import { isMessage, answersOf } from '../compare.ts';
import type { Difference } from '../compare.ts';
import type { ScriptedReply, SeenStep, ShownMessage } from '../conversation.ts';
import type { At } from '../at.ts';

/* What rows read of a difference. */

export const lines = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

export const sameBut = (change: (line: string) => string) => (theirs: readonly string[], ours: readonly string[]): boolean =>
  JSON.stringify(theirs.map(change).toSorted()) === JSON.stringify(ours.map(change).toSorted());

export const isRecord = (value: unknown): value is Readonly<Record<string, readonly string[]>> => typeof value === 'object' && value !== null;

/** What an upstream was asked, without the OPT's size. */
export const withoutSize = (line: string): string => line.replace(/ edns \d+ -$/, '').replace(/ edns \d+ /, ' edns ');
export const withoutOptions = (line: string): string => withoutSize(line.replace(/( edns \d+ (?:do|-)).*$/, '$1'));

export const sameAsked = (change: (line: string) => string) => (theirs: unknown, ours: unknown): boolean =>
  isRecord(theirs) && isRecord(ours) && Object.keys({ ...theirs, ...ours }).every((name) => sameBut(change)(theirs[name] ?? [], ours[name] ?? []));

/** The answer that the difference is about, of both. */
export const answersAt = ({ which = 0 }: Difference, { theirs, ours }: At): readonly [ShownMessage | undefined, ShownMessage | undefined] => {
  const of = (step: SeenStep): ShownMessage | undefined => {
    const answer = answersOf(step)[which];
    return isMessage(answer) ? answer : undefined;
  };
  return [of(theirs), of(ours)];
};

export const hasRule = ({ corefile }: At, pattern: RegExp): boolean => pattern.test(corefile);

/** How often upstreams were asked. */
export const askCount = ({ upstream = {} }: SeenStep): number => Object.values(upstream).reduce((sum, asked) => sum + asked.length, 0);

export const ttlOf = (record: string): number => Number(record.split(' ')[1]);
export const typeOf = (record: string): string => record.split(' ')[3] ?? '';

/** Whether the difference is in the flag, in the answer or in the log's line about it. */
export const isFlag = ({ kind, theirs, ours }: Difference, flag: string): boolean => {
  if (kind === `flags: +${flag}` || kind === `flags: -${flag}`) return true;
  if (kind !== 'log flags') return false;
  const without = (text: unknown): string => String(text).split(',').filter((one) => one !== flag).join();
  return without(theirs) === without(ours);
};

/** The questions of a step, and those that came of them to upstreams. */
const questionsOf = ({ asked, theirs, ours }: At): readonly (readonly [name: string, type: string])[] => [
  ...asked.map(({ name = '', type = 'A' }) => [name.toLowerCase(), type] as const),
  ...[theirs, ours].flatMap(({ upstream = {} }) => Object.values(upstream).flat()).map((line) => [line.split(' ')[1]?.toLowerCase() ?? '', line.split(' ')[3] ?? ''] as const),
];

/** What upstreams could say to them. */
export const repliesTo = (at: At): readonly ScriptedReply[] => {
  const { scripts } = at;
  const keys = questionsOf(at).flatMap(([name, type]) => [`${name} ${type}`, `${name} *`, '*']);
  return scripts.flatMap((script) => keys.flatMap((key) => script[key] ?? []));
};

/** A failure in whose line of `errors` a directive, or a template's record, and no upstream is named. */
export const LOCAL_FAILURE = /^\[(?:ERROR|WARNING|INFO)\] plugin\/errors: \d+ \S+ \S+: (?:plugin\/\w+|dns): /;

export const withoutTemplateError = (line: string): string => line.replace(/: dns: .*/, '');

/** Sums over a label that is left out. */
const sumsWithout = (label: string, samples: readonly string[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const sample of samples) {
    const [, name = '', value = '0'] = /^(.*) (\S+)$/.exec(sample) ?? [];
    const key = name.replace(new RegExp(`${label}="[^"]*",?`), '');
    sums.set(key, (sums.get(key) ?? 0) + Number(value));
  }
  return sums;
};

/** By how much samples differ altogether, whichever directive has answered. */
export const moved = ({ theirs, ours }: Difference): number => {
  const [one, other] = [sumsWithout('plugin', lines(theirs)), sumsWithout('plugin', lines(ours))];
  return [...new Set([...one.keys(), ...other.keys()])].reduce((sum, key) => sum + Math.abs((one.get(key) ?? 0) - (other.get(key) ?? 0)), 0);
};
