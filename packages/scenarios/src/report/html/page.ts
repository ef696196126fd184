import { describeTrace } from '@nodelocal/netfilter-sim';
import type { RecordedPacket, Recording } from '../../run/recording.ts';
import { isPacket } from '../../measure/events.ts';
import { lookupSentence, recordingSentence } from '../sentence.ts';
import { notrackText } from '../text.ts';
import { element, escape } from './markup.ts';
import { drawPath } from './path.ts';
import { STYLE } from './style.ts';
import { drawTimeline } from './timeline.ts';

const yesNo = (is: boolean): string => (is ? 'yes' : 'no');

const row = (recording: Recording): string =>
  element(
    'tr',
    {},
    element('td', {}, element('a', { href: `#${recording.scenario}` }, escape(recording.scenario))),
    element('td', {}, notrackText(recording.given.cache.notrack)),
    element('td', {}, yesNo(recording.given.cache.clusterIp)),
    element('td', {}, escape(recordingSentence(recording))),
  );

const details = (title: string, lines: readonly string[]): string =>
  element('details', {}, element('summary', {}, escape(title)), element('pre', {}, escape(lines.join('\n'))));

const section = (recording: Recording): string => {
  const { scenario, given: { cache }, events, conntrack, lookups } = recording;
  const packets = events.filter(isPacket);
  const query = packets.find(({ from }) => from === 'pod');
  const answer = packets.find(({ to, message }) => to === 'pod' && message?.answer !== undefined);
  const table = conntrack.at(-1) ?? [];
  const trace = (title: string, packet: RecordedPacket | undefined): readonly string[] =>
    packet === undefined ? [] : [details(title, describeTrace(packet.journey.trace))];
  return element(
    'section',
    { id: scenario },
    element('h2', {}, escape(scenario)),
    element('div', { class: 'setting' }, `NOTRACK rules: ${notrackText(cache.notrack)} · cluster IP bound: ${yesNo(cache.clusterIp)}`),
    element('p', {}, escape(recordingSentence(recording))),
    ...(query === undefined ? [] : [element('h3', {}, escape(`The way of the first query, ${query.message?.question ?? ''}`)), drawPath(query.journey, 'pod')]),
    ...trace('Rule by rule: the query', query),
    ...trace('Rule by rule: its answer', answer),
    ...lookups.flatMap((lookup, at) => [
      element('h3', {}, escape(`Lookup ${at + 1}: ${lookupSentence(lookup)}`)),
      drawTimeline(events.filter((event) => event.lookup === at)),
    ]),
    element('h3', {}, table.length === 0 ? 'Conntrack: no entry left' : 'Conntrack entries left'),
    ...(table.length === 0 ? [] : [element('pre', {}, escape(table.join('\n')))]),
  );
};

const LEGEND =
  'Filled: a rule or an entry decided here. Outlined: it let the packet pass. Dashed and struck through: skipped. ' +
  'Faint: the packet never came here. Point at a stage to read its rules.';

/** One page that needs nothing else: no script, no font, no picture from elsewhere. */
export const htmlReport = (recordings: readonly Recording[]): string =>
  `<!doctype html>\n${element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
      element('title', {}, 'The way of a DNS query through a node'),
      element('style', {}, STYLE),
    ),
    element(
      'body',
      {},
      element('h1', {}, 'The way of a DNS query through a node'),
      element('div', { class: 'small' }, escape(`seed ${recordings[0]?.seed ?? ''} · ${LEGEND}`)),
      element(
        'table',
        {},
        element('tr', {}, ...['Scenario', 'NOTRACK', 'IP bound', 'What happened'].map((head) => element('th', {}, head))),
        ...recordings.map(row),
      ),
      ...recordings.map(section),
    ),
  )}\n`;
