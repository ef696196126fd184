import type { Actor, RecordedEvent } from '../../run/recording.ts';
import { milliseconds } from '../sentence.ts';
import { element, escape } from './markup.ts';

const LANES: Readonly<Record<'pod' | 'node' | 'CoreDNS', number>> = { pod: 110, node: 500, CoreDNS: 890 };
const ROW = 24;
const TOP = 40;
const WIDTH = 960;

const laneOf = (actor: Actor | 'nobody'): number => {
  switch (actor) {
    case 'pod':
    case 'process':
      return LANES.pod;
    case 'node-cache':
    case 'node':
      return LANES.node;
    case 'CoreDNS':
    case 'gateway':
    case 'resolved':
      return LANES.CoreDNS;
    case 'nobody':
      return (LANES.node + LANES.CoreDNS) / 2;
  }
};

interface Row {
  readonly atMs: number;
  readonly draw: (y: number) => string;
}

/** Handshakes and bare acknowledgements would drown the messages. */
const rowOf = (event: RecordedEvent): Row | undefined => {
  if (event.kind === 'log' || event.kind === 'happened') return undefined;
  if (event.kind === 'cache') {
    if (event.outcome === 'stored') return undefined;
    const label = event.outcome === 'hit' ? `cache hit (${event.store ?? ''})` : 'cache miss';
    return { atMs: event.atMs, draw: (y) => element('text', { class: `cache ${event.outcome}`, x: LANES.node + 10, y: y + 4 }, label) };
  }
  const { message, from, sent } = event;
  const to = event.kind === 'lost' ? 'nobody' : event.to;
  if (message === undefined) return undefined;
  const label = message.answer ?? message.question;
  const over = sent.kind === 'tcp' ? ' (TCP)' : '';
  const [x1, x2] = [laneOf(from), laneOf(to)];
  return {
    atMs: event.atMs,
    draw: (y) =>
      element('line', { class: to === 'nobody' ? 'lost' : 'message', x1, y1: y, x2, y2: y, 'marker-end': 'url(#head)' }) +
      element('text', { class: 'label', x: (x1 + x2) / 2, y: y - 4 }, escape(`${label}${over}${to === 'nobody' ? ' ✕' : ''}`)),
  };
};

/** Who said what to whom, from top to bottom. */
export const drawTimeline = (events: readonly RecordedEvent[]): string => {
  const rows = events.flatMap((event) => rowOf(event) ?? []);
  const height = TOP + (rows.length + 1) * ROW;
  const lanes = Object.entries(LANES).map(
    ([name, x]) =>
      element('line', { class: 'lane', x1: x, y1: TOP - 12, x2: x, y2: height - 8 }) +
      element('text', { class: 'hook', x, y: TOP - 20 }, name),
  );
  const start = rows[0]?.atMs ?? 0;
  return element(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', class: 'timeline', 'aria-label': 'messages between pod, node and CoreDNS' },
    ...lanes,
    ...rows.map(({ atMs, draw }, at) => {
      const y = TOP + (at + 0.7) * ROW;
      return element('text', { class: 'time', x: 4, y: y + 4 }, milliseconds(atMs - start)) + draw(y);
    }),
  );
};
