import type { Recording } from '../../run/recording.ts';
import { factsOf } from '../facts.ts';
import { lookupSentence, recordingSentence } from '../sentence.ts';
import { entriesOf } from './entries.ts';
import { momentsOf } from './moments.ts';
import type { Fact, Story } from './story.ts';
import { waitsOf } from './waits.ts';

/** A recording as a page shows it. Nothing is said that the recording does not show. */
export const tellStory = (recording: Recording): Story => ({
  name: recording.scenario,
  seed: recording.seed,
  sentence: recordingSentence(recording),
  facts: factLines(recording),
  lookups: recording.lookups.map((lookup) => `${lookup.name}: ${lookupSentence(lookup)}`),
  moments: momentsOf(recording.events),
  entries: entriesOf(recording),
  endMs: Math.max(0, ...recording.events.map(({ atMs }) => atMs), ...recording.lookups.map(({ startedAtMs, elapsedMs }) => startedAtMs + elapsedMs)),
  left: recording.conntrack.at(-1) ?? [],
  waits: waitsOf(recording.events),
});

const yesNo = (is: boolean): string => (is ? 'yes' : 'no');

const factLines = (recording: Recording): readonly Fact[] => {
  const { answeredBy, queries, hits, misses, podEntries, entries } = factsOf(recording);
  const crossings = recording.events.filter((event) => event.kind === 'packet' && (event.to === 'CoreDNS' || event.from === 'CoreDNS')).length;
  return [
    { what: 'NOTRACK rules', value: yesNo(recording.setting.notrackRules) },
    { what: 'cluster IP on the node', value: yesNo(recording.setting.clusterIpBound) },
    { what: 'answered by', value: answeredBy.join(', ') || 'nobody' },
    { what: 'queries of the pod', value: String(queries) },
    { what: 'packets between nodes', value: String(crossings) },
    { what: 'cache', value: hits + misses === 0 ? 'not asked' : `${hits} of ${hits + misses} hit` },
    { what: 'conntrack entries left', value: podEntries === entries ? String(entries) : `${entries}, ${podEntries} of the pod` },
  ];
};
