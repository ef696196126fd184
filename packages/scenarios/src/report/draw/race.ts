import type { RaceStory } from '../story/race-story.ts';
import { element, escape } from './markup.ts';

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** Two packets as two lanes, a move a row: what is in one line happens at one time. */
export const drawRace = ({ name, what, kernel, packets, rows, fates, entries, lostShare, orders }: RaceStory): string =>
  element(
    'article',
    { class: 'race' },
    element('h3', {}, escape(`Remedy: ${name}`)),
    element('p', {}, escape(`${what}. On Linux ${kernel}, a packet is lost in ${lostShare === 0 ? 'none' : percent(lostShare)} of ${orders} orders of moves.`)),
    element(
      'table',
      { class: 'race-lanes' },
      element('thead', {}, element('tr', {}, ...packets.map((packet, lane) => element('th', { scope: 'col' }, `packet ${lane + 1}`, element('code', {}, escape(packet.replace(/^[^:]+: /, ''))))))),
      element(
        'tbody',
        {},
        ...rows.map((row) => element('tr', {}, ...packets.map((_, lane) => (lane === row.lane ? moveCell(row.move, row.lines) : '<td class="waits"><span class="unseen">waits</span></td>')))),
        element('tr', { class: 'fates' }, ...fates.map((fate) => element('td', {}, element('b', {}, escape(fate.startsWith('dropped') ? `✖ ${fate}` : `✔ ${fate}`))))),
      ),
    ),
    element('p', {}, entries.length === 0 ? 'No conntrack entry is left.' : `${entries.length} conntrack ${entries.length === 1 ? 'entry is' : 'entries are'} left.`),
  );

const moveCell = (move: string, lines: readonly string[]): string =>
  element('td', {}, element('details', {}, element('summary', {}, escape(move)), element('ul', {}, ...lines.map((line) => element('li', {}, escape(line))))));
