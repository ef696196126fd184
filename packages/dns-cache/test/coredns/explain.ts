import type { CoreDnsRelease } from '../../src/referee/differences.ts';
import type { At } from './at.ts';
import type { Difference } from './compare.ts';
import { differences } from './compare.ts';
import type { AskedQuery, RecordedConversation, Seen, SeenStep, Step } from './conversation.ts';
import { rowsFor } from './rows.ts';

export interface Explained extends Difference {
  readonly step: number;
  /** `undefined` where no row explains it. */
  readonly row: string | undefined;
}

const askedIn = ({ query, burst }: Step): readonly AskedQuery[] => (query === undefined ? (burst ?? []) : [query]);

/** Case is no matter to a cache, nor to the upstream's script. */
const keyOf = ({ name = '', type = 'A' }: AskedQuery): string => `${name.toLowerCase()} ${type}`;

const asks = ({ upstream = {} }: SeenStep): string => Object.entries(upstream).map(([name, lines]) => `${name} ${lines.length}`).toSorted().join();

/** Rows about what is kept: what they explain has consequences. */
const KEEPS = new Set(['failure-cached-local', 'negative-ttl', 'empty-noerror', 'soa-other-zone', 'attempt-schedule', 'coalesce', 'minimal-cname', 'udp-1232', 'upstream-fits']);

/** Each difference of a conversation, with the row that explains it. Steps that differ from recording to recording are not judged, nor metrics after one. */
export const explain = ({ case: conversation, seen, unstable = [] }: RecordedConversation, ours: Seen, release: CoreDnsRelease = '1.15.0'): readonly Explained[] => {
  const rows = rowsFor(release);
  const { corefile, upstreams = {} } = conversation;
  // Which questions have been told, or kept, in another way since a row explained a step about them.
  const told = new Map<string, string>();
  const used = new Set<string>();
  const causeOf = (name: string): string | undefined => [...told].find(([key]) => key.startsWith(`${name.toLowerCase()} `))?.[1];
  let judgesMetrics = true;
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
        const follows = query === undefined ? undefined : told.get(keyOf(query));
        const at: At = { asked, query, theirs: theirStep, ours: ourStep, corefile: read, hasReloaded, scripts: Object.values(upstreams), follows, causeOf, anyFollows: told.size > 0, all: found, used, earlier: seen.steps.slice(0, index), askedBefore: conversation.steps.slice(0, index).flatMap(askedIn) };
        const row = rows.find(({ explains }) => explains(difference, at))?.id;
        if (row !== undefined) used.add(row);
        return { ...difference, step: index, row };
      });
    const cause = explained.find(({ kind, row }) => row !== undefined && (kind === 'upstream' || KEEPS.has(row)))?.row;
    if (cause !== undefined && (KEEPS.has(cause) || asks(theirStep) !== asks(ourStep))) for (const query of asked) told.set(keyOf(query), told.get(keyOf(query)) ?? cause);
    return explained;
  });
};

/** That one of them does not start. */
export const explainStart = ({ case: { corefile, upstreams = {} }, seen }: RecordedConversation, ours: Seen, release: CoreDnsRelease): readonly Explained[] => {
  if (seen.started === ours.started) return [];
  const difference: Difference = { kind: 'starts', theirs: seen.said ?? seen.started, ours: ours.said ?? ours.started };
  const at: At = { asked: [], query: undefined, theirs: {}, ours: {}, corefile, hasReloaded: false, scripts: Object.values(upstreams), follows: undefined, causeOf: () => undefined, anyFollows: false, earlier: [], askedBefore: [], all: [difference], used: new Set() };
  return [{ ...difference, step: -1, row: rowsFor(release).find(({ explains }) => explains(difference, at))?.id }];
};
