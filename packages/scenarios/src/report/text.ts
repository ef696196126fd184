import { describeTrace, PLAIN } from '@nodelocal/netfilter-sim';
import type { Paint } from '@nodelocal/netfilter-sim';
import type { RecordedEvent, RecordedPacket, Recording } from '../run/recording.ts';
import type { NotrackRules } from '../scenario/cache-parts.ts';
import { isClient, isPacket } from '../measure/events.ts';
import { factsOf } from './facts.ts';
import { happeningSentence } from './happening.ts';
import { lookupSentence, milliseconds, recordingSentence } from './sentence.ts';

const yesNo = (is: boolean): string => (is ? 'yes' : 'no');

const notrackText = (rules: NotrackRules): string => {
  switch (rules) {
    case 'both-ways':
      return 'yes';
    case 'none':
      return 'no';
    case 'inbound-only':
      return 'inbound';
    case 'no-output':
      return 'none in OUTPUT';
  }
};

const settingText = ({ given: { cache } }: Recording): string =>
  `NOTRACK rules: ${notrackText(cache.notrack)}, cluster IP bound on the node: ${yesNo(cache.clusterIp)}`;

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => (line === '' ? '' : `  ${line}`));

/**
 * A recording for a person: the way of the first query and of its answer, the lookups, the conntrack table. Without `paint` it has
 * no colours.
 */
export const describeRecording = (recording: Recording, paint: Paint = PLAIN): readonly string[] => {
  const packets = recording.events.filter(isPacket);
  const query = packets.find(({ from }) => isClient(from));
  const answer = packets.find(({ to, message }) => isClient(to) && message?.answer !== undefined);
  const table = recording.conntrack.at(-1) ?? [];
  const eventsOf = new Map<number, RecordedEvent[]>();
  for (const event of recording.events) {
    const known = eventsOf.get(event.lookup);
    if (known === undefined) eventsOf.set(event.lookup, [event]);
    else known.push(event);
  }
  return [
    paint.strong(`${recording.scenario}: ${settingText(recording)}`),
    '',
    ...(query === undefined ? [] : way(`The ${query.from}'s first query, ${query.message?.question ?? ''}`, query, paint)),
    ...(answer === undefined ? [] : way(`Its answer, ${answer.message?.answer ?? ''}`, answer, paint)),
    ...recording.lookups.flatMap((lookup, at) => [
      `${paint.strong(`Lookup ${at + 1}`)} of ${lookup.name}: ${lookupSentence(lookup)}`,
      ...indent(queryLines(eventsOf.get(at) ?? [])),
    ]),
    ...happenings(recording, paint),
    '',
    table.length === 0 ? `${paint.strong('Conntrack')}: no entry left` : `${paint.strong('Conntrack')} entries left:`,
    ...indent(table),
    '',
  ];
};

const happenings = ({ events }: Recording, paint: Paint): readonly string[] => {
  const lines = events.flatMap((event) => (event.kind === 'happened' ? [`after ${milliseconds(event.atMs)}: ${happeningSentence(event.what)}`] : []));
  return lines.length === 0 ? [] : ['', paint.strong('Meanwhile'), ...indent(lines)];
};

const way = (title: string, { journey }: RecordedPacket, paint: Paint): readonly string[] => [
  `${paint.strong(title)}:`,
  ...indent(describeTrace(journey.trace, paint)),
  '',
];

/** Each question that a lookup asked once: who answered it, and whether the cache had it. */
const queryLines = (events: readonly RecordedEvent[]): readonly string[] => {
  const questions = new Map<string, { tries: number; cache: string; answer: string }>();
  for (const event of events) {
    if (event.kind === 'packet' && event.message !== undefined) {
      const { question, answer } = event.message;
      if (isClient(event.from)) {
        const known = questions.get(question) ?? { tries: 0, cache: 'the cache was not asked', answer: 'no answer' };
        questions.set(question, { ...known, tries: known.tries + 1 });
      }
      const asked = questions.get(question);
      if (isClient(event.to) && answer !== undefined && asked !== undefined) asked.answer = `${answer}, from ${event.from}`;
    } else if (event.kind === 'cache' && event.outcome !== 'stored') {
      const known = questions.get(event.question);
      if (known !== undefined) known.cache = event.outcome === 'hit' ? `cache hit (${event.store ?? ''})` : 'cache miss';
    }
  }
  return [...questions].map(
    ([question, { tries, cache, answer }]) => `${question}: ${cache}; ${answer}${tries > 1 ? ` (asked ${tries} times)` : ''}`,
  );
};

/** What happened in each setting, a row each. Without `paint` it has no colours. */
export const compareRecordings = (recordings: readonly Recording[], paint: Paint = PLAIN): readonly string[] => {
  const rows = recordings.map((recording) => {
    const { answeredBy, hits, misses, podEntries, entries } = factsOf(recording);
    return {
      notrack: notrackText(recording.given.cache.notrack),
      bound: yesNo(recording.given.cache.clusterIp),
      answered: answeredBy.join(', ') || 'nobody',
      cache: hits + misses === 0 ? '-' : `${misses} miss, ${hits} hit`,
      entries: podEntries === entries ? String(entries) : `${podEntries} + ${entries - podEntries} of node-cache`,
      sentence: recordingSentence(recording),
    };
  });
  const head = { notrack: 'NOTRACK', bound: 'IP bound', answered: 'answered by', cache: 'cache', entries: 'conntrack entries' };
  const widths = columns(head, rows);
  const line = (row: typeof head): string =>
    Object.entries(widths)
      .map(([name, width]) => row[name as keyof typeof head].padEnd(width))
      .join('  ')
      .trimEnd();
  return [paint.strong(line(head)), ...rows.flatMap((row) => [line(row), ...indent([row.sentence])])];
};

type Head = Readonly<Record<'notrack' | 'bound' | 'answered' | 'cache' | 'entries', string>>;

const columns = (head: Head, rows: readonly Head[]): Readonly<Record<keyof Head, number>> => {
  const width = (name: keyof Head): number => Math.max(head[name].length, ...rows.map((row) => row[name].length));
  return {
    notrack: width('notrack'),
    bound: width('bound'),
    answered: width('answered'),
    cache: width('cache'),
    entries: width('entries'),
  };
};
