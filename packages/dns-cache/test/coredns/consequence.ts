import type { At } from './at.ts';
import type { Difference } from './compare.ts';
import { answersOf, isMessage, logFields, surplus } from './compare.ts';
import type { AskedQuery, SeenStep, ShownMessage } from './conversation.ts';
import { asksOf, isProbe, keyAsked, keyOf } from './told.ts';

/*
 * What may follow where the two have kept different things, or an upstream was heard by one only: ours asks or does not, and tells
 * another of the answers that could be told. An answer that nobody could have given follows from nothing.
 */

/** What entries live for at least, whatever a record says, where nothing else is written. */
const FLOOR_SECONDS = 5;

const secondsIn = (corefile: string, pattern: RegExp): readonly number[] => [...corefile.matchAll(pattern)].map(([, seconds]) => Number(seconds));

/** Of denials: what is said, or the default. */
export const floorOf = (corefile: string): number => Math.min(FLOOR_SECONDS, ...secondsIn(corefile, /^\s*denial \d+ \d+ (\d+)/gm));

/** And the longest that a record may be told to live whatever it says. */
const ceilingOf = (corefile: string): number => Math.max(FLOOR_SECONDS, ...secondsIn(corefile, /^\s*(?:success|denial) \d+ \d+ (\d+)/gm), ...secondsIn(corefile, /^\s*serve_stale .* (\d+)s\s*$/gm), ...secondsIn(corefile, /^\s*(?:answer|authority|additional) "(?:\{\{ \.Name \}\}|\S+) (\d+) /gm));

const messageAt = (step: SeenStep, which = 0): ShownMessage | undefined => {
  const answer = answersOf(step)[which];
  return isMessage(answer) ? answer : undefined;
};

/** The question of a line of `log` or `errors`, as a key; where it does not say the type, of any. */
export const keyInLog = (line: string): string | undefined => {
  const fields = logFields(line);
  if (fields !== undefined) return `${fields['name']?.toLowerCase()} ${fields['type'] ?? '*'}`;
  const [, name, type] = /^\[(?:ERROR|WARNING|INFO)\] plugin\/errors: \d+ (\S+) (\S+): /.exec(line) ?? [];
  return name === undefined ? undefined : `${name.toLowerCase()} ${type}`;
};

const isAmong = (keys: ReadonlySet<string>, key: string): boolean => keys.has(key) || (key.endsWith(' *') && [...keys].some((one) => one.startsWith(key.slice(0, -1))));

/** What a line of `log` says of an answer is what the client was told. */
const agrees = (line: string, asked: readonly AskedQuery[], step: SeenStep): boolean => {
  const fields = logFields(line);
  const which = asked.findIndex(({ id, name = '' }) => String(id) === fields?.['id'] && name.toLowerCase() === fields['name']?.toLowerCase());
  const answer = which < 0 ? undefined : messageAt(step, which);
  if (fields === undefined || answer === undefined) return true;
  return fields['rcode'] === answer.rcode && (fields['flags'] === answer.flags.replaceAll(' ', ','));
};

/** An upstream has said nothing in time by now, or nothing of use. */
export const hasBeenTrouble = ({ asked, askedBefore, told, corefile }: At): boolean => /^\s*forward\b/m.test(corefile) && [...askedBefore, ...asked].some((query) => told.isTroubled(keyOf(query)));

/** Lines about questions of earlier steps to which an answer may still be awaited. */
export const isLate = (key: string | undefined, { told, askedBefore }: At): boolean =>
  key !== undefined && askedBefore.some((query) => told.isTroubled(keyOf(query)) && isAmong(told.leadsTo(keyOf(query)), key));

export const isConsequence = ({ kind, which, ours }: Difference, at: At): boolean => {
  const { asked, told, query } = at;
  const keys = asked.map(keyOf);
  const isAboutStep = (key: string | undefined): boolean => key !== undefined && (isLate(key, at) || keys.some((one) => isAmong(told.leadsTo(one), key)));
  const records = Array.isArray(ours) ? ours.map(String) : [];
  const answer = messageAt(at.ours, which);
  if (kind === 'answered') return keys.some((key) => told.isTroubled(key)) && (answer === undefined || told.couldBe(keyOf(query ?? {}), answer));
  if (kind === 'rcode' || /^(?:answer|authority|additional): (?:records|order)$|^flags: [+-]tc$/.test(kind)) {
    return query !== undefined && answer !== undefined && told.couldBe(keyOf(query), answer);
  }
  if (/^flags: [+-](?:aa|ra|ad)$/.test(kind)) {
    return query !== undefined && answer !== undefined && (/^\s*header\b/m.test(at.corefile) || told.couldHave(keyOf(query), answer, kind.slice(-2)));
  }
  // A rule of `header` is no matter to hits.
  if (kind === 'flags: -rd' || kind === 'flags: +rd') return /^\s*(?:query|response) (?:set|clear) .*\brd\b/m.test(at.corefile);
  if (kind.endsWith(': ttl')) return query !== undefined && told.livesNoLonger(keyOf(query), records, ceilingOf(at.corefile));
  if (kind === 'upstream') return surplus(asksOf(at.ours), asksOf(at.theirs)).every((line) => isProbe(line) || isAboutStep(keyAsked(line)));
  if (kind === 'log') return records.every((line) => agrees(line, asked, at.ours) && (isAboutStep(keyInLog(line)) || / errors like /.test(line)));
  if (kind === 'log rcode' || kind === 'log flags' || kind === 'log rsize') return (at.ours.log ?? []).every((line) => agrees(line, asked, at.ours));
  return false;
};
