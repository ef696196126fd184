import { scaleLog } from 'd3-scale';
import type { Wait } from '../story/story.ts';
import { SIDE_LETTERS, SIDES } from './beats.ts';
import type { Shown, Side } from './beats.ts';
import { asTable, FRAME, frame } from './chart.ts';
import { element, escape } from './markup.ts';
import { printMs, tickMs } from './time.ts';

/** Room on the right for what was never answered. */
const NEVER = 64;
const ROWS: Readonly<Record<Side, number>> = { left: FRAME.top + 32, right: FRAME.top + 112 };

/** How long each answer took: a point for each question, those of one time above each other. */
export const drawWaits = (shown: Shown): string => {
  const stories = SIDES.flatMap((side) => (shown[side] === undefined ? [] : [{ side, story: shown[side] }]));
  const known = stories.flatMap(({ story }) => story.waits.flatMap(({ ms }) => (ms === undefined || ms <= 0 ? [] : [ms])));
  const from = 10 ** Math.floor(Math.log10(Math.min(0.1, ...known)));
  const to = 10 ** Math.ceil(Math.log10(Math.max(10, ...known)));
  const x = scaleLog([from, to], [FRAME.left, FRAME.right - NEVER]);
  const decades = Array.from({ length: Math.round(Math.log10(to / from)) + 1 }, (_, power) => from * 10 ** power);
  return (
    frame(
      'Time from each question to its answer, on a scale of powers of ten',
      [...decades.map((ms) => ({ at: x(ms), label: tickMs(ms) })), { at: FRAME.right, label: 'never' }],
      [],
      ...stories.map(({ side, story }) => drawRow(side, story.name, story.waits, (ms) => x(Math.max(from, ms)))),
    ) +
    asTable(
      'The figures as a table',
      'times of answers',
      ['', 'question', 'answered after'],
      stories.flatMap(({ side, story }) => story.waits.map(({ question, ms }) => [SIDE_LETTERS[side], question, ms === undefined ? 'never' : printMs(ms)])),
    )
  );
};

const RADIUS = 4.5;
/** What points of one time share. */
const ROW_HEIGHT = 44;

const drawRow = (side: Side, name: string, waits: readonly Wait[], x: (ms: number) => number): string => {
  const y = ROWS[side];
  const heights = new Map<number, number>();
  const placed = waits.map(({ question, ms }) => {
    const at = ms === undefined ? FRAME.right - RADIUS - 4 : x(ms);
    const slot = Math.round(at / (2 * RADIUS));
    const above = heights.get(slot) ?? 0;
    heights.set(slot, above + 1);
    return { at, above, answered: ms !== undefined, told: `${question}: ${ms === undefined ? 'never answered' : printMs(ms)}` };
  });
  const apart = Math.min(2 * RADIUS, ROW_HEIGHT / Math.max(1, ...heights.values()));
  const points = placed.map(({ at, above, answered, told }) => drawPoint(at, y - above * apart, answered, told));
  return element(
    'g',
    { class: `points ${side}` },
    element('path', { class: 'grid', d: `M${FRAME.left} ${y + RADIUS + 2} H${FRAME.right}` }),
    element('text', { class: `label ${side}`, x: FRAME.left, y: y + 22 }, escape(`${SIDE_LETTERS[side]} ${name}`)),
    ...points,
  );
};

const drawPoint = (x: number, y: number, answered: boolean, told: string): string => {
  const title = element('title', {}, escape(told));
  return answered
    ? element('circle', { cx: x, cy: y, r: RADIUS - 0.5 }, title)
    : element('path', { class: 'cross', d: `M${x - 4} ${y - 4} L${x + 4} ${y + 4} M${x + 4} ${y - 4} L${x - 4} ${y + 4}` }, title);
};
