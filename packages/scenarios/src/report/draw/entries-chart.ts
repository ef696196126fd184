import { scaleLinear } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import type { EntryCount, Story } from '../story/story.ts';
import { SIDE_LETTERS, SIDES } from './beats.ts';
import type { Shown } from './beats.ts';
import { asTable, FRAME, frame, legend } from './chart.ts';
import { element } from './markup.ts';
import { printMs, tickMs } from './time.ts';

/** How many conntrack entries the node has, from moment to moment. */
export const drawEntries = (shown: Shown, nowMs: number | undefined): string => {
  const stories = SIDES.flatMap((side) => (shown[side] === undefined ? [] : [{ side, story: shown[side] }]));
  const endMs = Math.max(1, ...stories.map(({ story }) => drawnUntil(story)));
  const most = Math.max(1, ...stories.flatMap(({ story }) => story.entries.map(({ count }) => count)));
  const x = scaleLinear([0, endMs], [FRAME.left, FRAME.right]);
  const y = scaleLinear([0, most], [FRAME.bottom, FRAME.top]).nice();
  const path = line<EntryCount>(({ atMs }) => x(atMs), ({ count }) => y(count)).curve(curveStepAfter);
  const now = nowMs === undefined ? '' : element('path', { class: 'now', d: `M${x(nowMs)} ${FRAME.top} V${FRAME.bottom}` });
  return (
    frame(
      'Conntrack entries over time',
      x.ticks(4).map((at) => ({ at: x(at), label: tickMs(at) })),
      y.ticks(Math.min(5, most)).filter(Number.isInteger).map((count) => ({ at: y(count), label: String(count) })),
      now,
      ...stories.map(({ side, story }, at) => element('path', { class: `series ${side}`, d: path(upTo(story.entries, endMs)) ?? '' }) + legend(at, side, `${SIDE_LETTERS[side]} ${story.name}`)),
    ) +
    asTable(
      'The figures as a table',
      'conntrack entries',
      ['', 'from', 'entries'],
      stories.flatMap(({ side, story }) => story.entries.map(({ atMs, count }) => [SIDE_LETTERS[side], printMs(atMs), String(count)])),
    )
  );
};

/** An entry of an open TCP connection lives for days: what is soon over is drawn to its end. */
const SOON_MS = 180_000;

const drawnUntil = ({ entries, endMs }: Story): number => Math.max(endMs, ...entries.flatMap(({ atMs }) => (atMs < endMs + SOON_MS ? [atMs * 1.1] : [])));

const upTo = (entries: readonly EntryCount[], endMs: number): EntryCount[] => {
  const drawn = entries.filter(({ atMs }) => atMs <= endMs);
  const last = drawn.at(-1);
  return [...drawn, ...(last === undefined ? [] : [{ atMs: endMs, count: last.count }])];
};
