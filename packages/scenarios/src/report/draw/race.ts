import type { RaceRow, RaceStory } from '../story/race-story.ts';
import { element, escape } from './markup.ts';

/** Two packets as two lanes, a move a row: what stands higher up happened first. */
export const drawRace = ({ name, what, packets, rows, fates }: RaceStory): string =>
  element(
    'article',
    { class: 'race' },
    element('h3', {}, escape(name)),
    element('p', {}, escape(what)),
    element(
      'table',
      { class: 'race-lanes' },
      element('thead', {}, element('tr', {}, ...packets.map((packet, lane) => element('th', { scope: 'col' }, `packet ${lane + 1}`, element('code', {}, escape(packet.replace(/^[^ ]+: /, ''))))))),
      element(
        'tbody',
        {},
        ...rows.map((row) => element('tr', {}, ...packets.map((_, lane) => (lane === row.lane ? moveCell(row) : '<td class="waits"><span class="unseen">waits</span></td>')))),
        element('tr', { class: 'fates' }, ...fates.map(({ text, lost }) => element('td', {}, element('b', {}, escape(`${lost ? '✖' : '✔'} ${text}`))))),
      ),
    ),
  );

const moveCell = ({ move, told, lines }: RaceRow): string =>
  element(
    'td',
    {},
    element('details', {}, element('summary', {}, escape(move)), element('ul', {}, ...lines.map((line) => element('li', {}, escape(line))))),
    ...told.map((line) => element('p', { class: 'matters' }, escape(line))),
  );
