import type { Otherwise } from './at.ts';
import { answersOf, isMessage } from './compare.ts';
import type { Difference } from './compare.ts';
import type { AskedQuery, SeenStep, ShownAnswer } from './conversation.ts';
import type { Told } from './told.ts';
import { asksOf, keyOf } from './told.ts';

/* How much of what a conversation has brought about may be counted otherwise. */

/** Rows about what is kept: what they explain has consequences. */
export const KEEPS = new Set(['failure-cached-local', 'negative-ttl', 'empty-noerror', 'soa-other-zone', 'attempt-schedule', 'coalesce', 'minimal-cname', 'udp-1232', 'upstream-fits']);

/** What tells that a query is counted with another code or type, or not at all. */
const COUNTED = /^(?:answered|rcode|question|log|log (?:rcode|type|name|class))$/;

const MOST_OCTETS = 65_535;
/** By so much at most, with names of the length that is generated. */
const EXPANDED = 4;
/** What comes after the client has given up is counted when it comes. */
const LATE_OCTETS = 512;

/** One was cut, which is not kept. */
export const isCutForOne = ({ kind, row }: Difference & { readonly row: string | undefined }): boolean => row !== undefined && (kind === 'flags: +tc' || kind === 'flags: -tc');

export const NOTHING_OTHERWISE: Otherwise = { kept: 0, answered: 0, octets: 0 };

interface ExplainedStep {
  readonly asked: readonly AskedQuery[];
  readonly askedBefore: readonly AskedQuery[];
  readonly theirs: SeenStep;
  readonly ours: SeenStep;
  readonly explained: readonly (Difference & { readonly row: string | undefined })[];
  readonly told: Told;
  /** Whether a question of it has been kept otherwise before. */
  readonly follows: boolean;
}

export const isEmptyNoerror = (answer: ShownAnswer | undefined): boolean =>
  isMessage(answer) && answer.rcode === 'NOERROR' && !answer.flags.includes('tc') && answer.answer.length === 0 && !answer.authority.some((record) => record.split(' ')[3] === 'SOA');

/** A failure in which no upstream had part; `rewrite` may have made another code of it. */
export const hasFailedAlone = (step: SeenStep): boolean =>
  asksOf(step).length === 0 && answersOf(step).some((answer) => isMessage(answer) && (answer.rcode === 'SERVFAIL' || (answer.rcode === 'NXDOMAIN' && answer.answer.length + answer.authority.length === 0)));

const isUnder = (name: string, zone: string): boolean => zone === '.' || name === zone || name.endsWith(`.${zone}`);

/** The SOA of a denial is of a zone that the question is not in. */
export const isOfOtherZone = (answer: ShownAnswer | undefined, names: readonly string[]): boolean => {
  const zones = isMessage(answer) ? answer.authority.filter((record) => record.split(' ')[3] === 'SOA').map((record) => record.split(' ')[0]?.toLowerCase() ?? '') : [];
  return zones.length > 0 && zones.every((zone) => names.some((name) => !isUnder(name, zone)));
};

/** Names of a step, as clients and as the server itself asks for them. */
export const namesOf = (asked: readonly AskedQuery[], ours: SeenStep): readonly string[] => [...asked.map(({ name = '' }) => name), ...asksOf(ours).map((line) => line.split(' ')[1] ?? '')].map((name) => name.toLowerCase());

/** Nobody sees at once that it is not kept, or for whom. */
const isKeptOtherwise = ({ asked, askedBefore, theirs, ours, told }: ExplainedStep): boolean =>
  [theirs, ours].some((step) => hasFailedAlone(step) || answersOf(step).some((answer) => isEmptyNoerror(answer) || isOfOtherZone(answer, namesOf(asked, ours)))) ||
  asked.some((query) =>
    askedBefore.some((one) => told.leadsTo(keyOf(query)).has(keyOf(one)) && ((one.rd === false && query.rd !== false) || (one.edns?.do === true && query.edns?.do !== true))),
  );

/** What is cut for the client is counted whole, and all without name compression. */
const octetsOf = (step: SeenStep): number => answersOf(step).reduce((sum, answer) => sum + (isMessage(answer) ? (answer.flags.includes('tc') ? MOST_OCTETS : EXPANDED * answer.bytes) : LATE_OCTETS), 0);

/** With those of a step. */
export const withStep = (before: Otherwise, step: ExplainedStep): Otherwise => {
  const { asked, theirs, ours, explained, follows } = step;
  const rows = explained.map(({ row }) => row ?? '');
  const more = Math.abs(asksOf(theirs).length - asksOf(ours).length);
  const count = Math.max(asked.length, 1) + more;
  const isKept = isKeptOtherwise(step);
  return {
    kept: before.kept + (follows || more > 0 || rows.some((row) => KEEPS.has(row)) || isKept ? count : 0),
    answered: before.answered + (explained.some(({ kind }) => COUNTED.test(kind)) || more > 0 ? count : 0),
    octets: before.octets + (explained.length > 0 || isKept ? octetsOf(theirs) + octetsOf(ours) : 0),
  };
};
