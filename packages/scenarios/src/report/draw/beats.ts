import type { Moment, Party, Story } from '../story/story.ts';
import { element, escape } from './markup.ts';
import { printMs } from './time.ts';

export const SIDES = ['left', 'right'] as const;
export type Side = (typeof SIDES)[number];

/** A moment of one of the stories that stand side by side. */
export interface Beat {
  readonly side: Side;
  /** Its place among the moments of its story. */
  readonly index: number;
  readonly moment: Moment;
}

/** The letters by which a page names what stands on the left and on the right. */
export const SIDE_LETTERS: Readonly<Record<Side, string>> = { left: 'A', right: 'B' };

export type Shown = Readonly<Partial<Record<Side, Story>>>;

/** All moments of what is shown in the order of their time; of equal times those first that came first in their own story. */
export const beatsOf = (shown: Shown): readonly Beat[] =>
  SIDES.flatMap((side) => (shown[side]?.moments ?? []).map((moment, index): Beat => ({ side, index, moment }))).toSorted((a, b) => a.moment.atMs - b.moment.atMs || a.index - b.index);

export const drawBeats = (beats: readonly Beat[]): string =>
  element('ol', { class: 'beats', 'aria-label': 'moments' }, ...beats.map((beat, at) => element('li', {}, drawBeat(beat, at))));

const drawBeat = ({ side, moment }: Beat, at: number): string =>
  element(
    'button',
    { type: 'button', class: `beat ${moment.kind}${moment.lost ? ' lost' : ''} ${side}`, 'data-beat': at },
    element('span', { class: `letter ${side}` }, SIDE_LETTERS[side]),
    element('span', { class: 'time' }, printMs(moment.atMs)),
    drawLanes(moment),
    element('span', { class: 'what' }, escape(moment.what), moment.lost ? ' ✖ lost' : ''),
  );

const LANE_X: Readonly<Record<Party, number>> = { pod: 8, node: 44, beyond: 80 };

/** Pod, node and what is beyond it as three points, and an arrow from who speaks to who hears it. */
const drawLanes = ({ from, to, lost }: Moment): string => {
  const x1 = LANE_X[from];
  const x2 = to === undefined ? x1 : LANE_X[to];
  const points = Object.values(LANE_X).map((x) => element('circle', { cx: x, cy: 10, r: 3 }));
  const tip = x2 > x1 ? -7 : 7;
  const arrow = x1 === x2 ? element('circle', { class: 'self', cx: x1, cy: 10, r: 6 }) : element('path', { d: `M${x1} 10 H${x2} M${x2 + tip} 6 L${x2} 10 L${x2 + tip} 14` });
  const cross = lost ? element('path', { class: 'cross', d: `M${x1 + 14} 4 L${x1 + 26} 16 M${x1 + 26} 4 L${x1 + 14} 16` }) : '';
  return element('svg', { viewBox: '0 0 88 20', class: 'lanes', 'aria-hidden': 'true' }, ...points, arrow, cross);
};

const PARTY_WORDS: Readonly<Record<Party, string>> = { pod: 'the pod', node: 'the node', beyond: 'what is beyond the node' };

/** The moment as a sentence, with its cause. */
export const beatSentence = (beats: readonly Beat[], at: number): string => {
  const beat = beats[at];
  if (beat === undefined) return 'Nothing happens.';
  const { moment, side } = beat;
  return `Moment ${at + 1} of ${beats.length}, ${SIDE_LETTERS[side]}, ${printMs(moment.atMs)}: ${moment.who}: ${ended(moment.what)}${moment.lost ? ' It is lost.' : ''} ${causeSentence(beats, beat)}`;
};

const causeSentence = (beats: readonly Beat[], { side, moment }: Beat): string => {
  if (moment.kind === 'happened') return '';
  if (moment.because === undefined) return moment.from === 'pod' ? podSentence(moment) : `Nothing that is shown made ${PARTY_WORDS[moment.from]} do this.`;
  const at = beats.findIndex((other) => other.side === side && other.index === moment.because);
  return `Because of moment ${at + 1}: ${ended(beats[at]?.moment.what ?? '')}`;
};

const podSentence = ({ waitedMs }: Moment): string =>
  waitedMs === undefined ? 'It does this of itself.' : `It does this of itself, ${printMs(waitedMs)} after it last asked.`;

/** A name has its own full stop. */
const ended = (text: string): string => (text.endsWith('.') ? text : `${text}.`);

/** The moment that a story is at when the page stands at a beat: its last one up to there. */
export const indexAt = (beats: readonly Beat[], at: number, side: Side): number => beats.slice(0, at + 1).findLast((beat) => beat.side === side)?.index ?? -1;
