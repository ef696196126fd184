import type { CoreDnsRelease } from '../../src/referee/differences.ts';
import type { At, Otherwise } from './at.ts';
import type { Difference } from './compare.ts';
import { differences, surplus } from './compare.ts';
import type { RecordedConversation, Seen, SeenStep } from './conversation.ts';
import { isCutForOne, KEEPS, NOTHING_OTHERWISE, withStep } from './otherwise.ts';
import { rowsFor } from './rows.ts';
import { askedIn, asksOf, keyAsked, keyOf, toldIn } from './told.ts';

export interface Explained extends Difference {
  readonly step: number;
  /** `undefined` where no row explains it. */
  readonly row: string | undefined;
}

const asks = ({ upstream = {} }: SeenStep): string => Object.entries(upstream).map(([name, lines]) => `${name} ${lines.length}`).toSorted().join();

/** Questions that an upstream was asked by one of them alone, or more often: it may say another thing the next time. */
const askedByOne = (theirs: SeenStep, ours: SeenStep): readonly string[] => {
  const [one, other] = [asksOf(theirs).map(keyAsked), asksOf(ours).map(keyAsked)];
  return [...surplus(one, other), ...surplus(other, one)];
};

/** Each difference of a conversation, with the row that explains it. Steps that differ from recording to recording are not judged, nor metrics after one. */
export const explain = ({ case: conversation, seen, unstable = [] }: RecordedConversation, ours: Seen, release: CoreDnsRelease = '1.15.0'): readonly Explained[] => {
  const rows = rowsFor(release);
  const { corefile, upstreams = {} } = conversation;
  // Which questions have been told, or kept, in another way since a row explained a step about them.
  const told = new Map<string, string>();
  const used = new Set<string>();
  const causeOf = (name: string): string | undefined => [...told].find(([key]) => key.startsWith(`${name.toLowerCase()} `))?.[1];
  const scripts = Object.values(upstreams);
  const plausible = toldIn(conversation.steps, seen.steps, { scripts, corefile });
  let judgesMetrics = true;
  let otherwise: Otherwise = NOTHING_OTHERWISE;
  let read = corefile;
  let hasReloaded = false;
  return conversation.steps.flatMap((step, index): readonly Explained[] => {
    const [theirStep, ourStep] = [seen.steps[index] ?? {}, ours.steps[index] ?? {}];
    const asked = askedIn(step);
    if (step.write === 'Corefile') read += step.text ?? '';
    hasReloaded ||= step.signal !== undefined;
    const found = differences(theirStep, ourStep);
    if (unstable.includes(index)) {
      judgesMetrics = false;
      if (found.length > 0) for (const query of asked) told.set(keyOf(query), 'unstable');
      return [];
    }
    const explained = found
      .filter(({ kind }) => judgesMetrics || !kind.startsWith('metric '))
      .map((difference): Explained => {
        const query = difference.which === undefined ? asked[0] : asked[difference.which];
        const follows = query === undefined ? undefined : [keyOf(query), ...plausible.leadsTo(keyOf(query))].map((key) => told.get(key)).find((cause) => cause !== undefined);
        const at: At = { asked, query, theirs: theirStep, ours: ourStep, corefile: read, hasReloaded, scripts, follows, causeOf, anyFollows: told.size > 0, told: plausible, otherwise, all: found, used, earlier: seen.steps.slice(0, index), askedBefore: conversation.steps.slice(0, index).flatMap(askedIn) };
        const row = rows.find(({ explains }) => explains(difference, at))?.id;
        if (row !== undefined) used.add(row);
        return { ...difference, step: index, row };
      });
    otherwise = withStep(otherwise, { asked, askedBefore: conversation.steps.slice(0, index).flatMap(askedIn), theirs: theirStep, ours: ourStep, explained, told: plausible, follows: asked.some((query) => told.has(keyOf(query))) });
    const cut = explained.find(isCutForOne)?.row;
    const cause = cut ?? explained.find(({ kind, row }) => row !== undefined && (kind === 'upstream' || KEEPS.has(row)))?.row;
    if (cause !== undefined && (cut !== undefined || KEEPS.has(cause) || asks(theirStep) !== asks(ourStep))) for (const key of [...asked.map(keyOf), ...askedByOne(theirStep, ourStep)]) told.set(key, told.get(key) ?? cause);
    return explained;
  });
};

/** That one of them does not start. */
export const explainStart = ({ case: { corefile, upstreams = {} }, seen }: RecordedConversation, ours: Seen, release: CoreDnsRelease): readonly Explained[] => {
  if (seen.started === ours.started) return [];
  const difference: Difference = { kind: 'starts', theirs: seen.said ?? seen.started, ours: ours.said ?? ours.started };
  const at: At = { asked: [], query: undefined, theirs: {}, ours: {}, corefile, hasReloaded: false, scripts: Object.values(upstreams), follows: undefined, causeOf: () => undefined, anyFollows: false, told: toldIn([], [], { scripts: [], corefile }), otherwise: NOTHING_OTHERWISE, earlier: [], askedBefore: [], all: [difference], used: new Set() };
  return [{ ...difference, step: -1, row: rowsFor(release).find(({ explains }) => explains(difference, at))?.id }];
};
