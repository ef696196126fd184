import { wholeNumber } from '../range.ts';
import type { Paint } from '../trace/paint.ts';
import { PLAIN } from '../trace/paint.ts';
import type { Made } from './world.ts';

const WIDTH = 30;

/**
 * A schedule as columns, one for each packet, from top to bottom.
 * @param packets how many race: a column each, from lane 0 on
 * @param paint plain unless given
 * @throws RangeError for fewer than one packet
 */
export const drawSchedule = (schedule: readonly Made[], packets: number, paint: Paint = PLAIN): readonly string[] => {
  const columns = Array.from({ length: wholeNumber('packets', packets, 1, Number.MAX_SAFE_INTEGER) }, (_, lane) => lane);
  const head = columns.map((lane) => paint.strong(`packet ${lane + 1}`.padEnd(WIDTH))).join('');
  const rows = schedule
    .filter(({ move }) => move !== 'end')
    .map(({ lane, move, draws }) =>
      columns.map((column) => (column === lane ? `${move}${drawText(draws)}` : '·').padEnd(WIDTH)).join('').trimEnd(),
    );
  return [head.trimEnd(), ...rows];
};

const drawText = (draws: readonly boolean[]): string =>
  draws.length === 0 ? '' : ` (${draws.map((draw) => (draw ? 'y' : 'n')).join('')})`;
