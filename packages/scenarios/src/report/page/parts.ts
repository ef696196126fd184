import { beatsOf, beatSentence, drawBeats, indexAt, SIDE_LETTERS, SIDES } from '../draw/beats.ts';
import type { Beat, Shown, Side } from '../draw/beats.ts';
import { drawEntries } from '../draw/entries-chart.ts';
import { element, escape } from '../draw/markup.ts';
import { printMs } from '../draw/time.ts';
import { drawWaits } from '../draw/waits-chart.ts';
import { drawWay } from '../draw/way-panel.ts';
import type { EntryLife, Story } from '../story/story.ts';
import type { PageData } from './data.ts';
import { shownIn } from './state.ts';
import type { PageState } from './state.ts';

/** What of a page follows from where its reader is; each stands in the element of that id. */
export const PARTS = ['sentences', 'facts', 'now', 'beats', 'panel-left', 'panel-right', 'entries', 'waits', 'lives'] as const;
export type PartName = (typeof PARTS)[number];

export const drawParts = (data: PageData, state: PageState): Readonly<Record<PartName, string>> => {
  const shown = shownIn(state, data.stories);
  const beats = beatsOf(shown);
  return {
    sentences: drawSentences(shown),
    facts: drawFacts(shown),
    now: escape(beatSentence(beats, state.at)),
    beats: drawBeats(beats),
    'panel-left': drawPanel(shown, beats, state, 'left'),
    'panel-right': drawPanel(shown, beats, state, 'right'),
    entries: drawEntries(shown, beats[state.at]?.moment.atMs),
    waits: drawWaits(shown),
    lives: drawLives(shown),
  };
};

const letter = (side: Side): string => element('span', { class: `letter ${side}` }, SIDE_LETTERS[side]);

const drawSentences = (shown: Shown): string =>
  SIDES.flatMap((side) => (shown[side] === undefined ? [] : [element('p', {}, letter(side), ' ', escape(shown[side].sentence))])).join('');

const drawFacts = (shown: Shown): string => {
  const sides = SIDES.filter((side) => shown[side] !== undefined);
  const rows = (shown.left ?? shown.right)?.facts.map(({ what }) => what) ?? [];
  const value = (story: Story | undefined, what: string): string => story?.facts.find((fact) => fact.what === what)?.value ?? '';
  return element(
    'table',
    { class: 'facts' },
    element('thead', {}, element('tr', {}, '<td></td>', ...sides.map((side) => element('th', { scope: 'col' }, letter(side), ' ', escape(shown[side]?.name ?? ''))))),
    element('tbody', {}, ...rows.map((what) => element('tr', {}, element('th', { scope: 'row' }, escape(what)), ...sides.map((side) => element('td', {}, escape(value(shown[side], what))))))),
  );
};

/** The packet of the story's last moment that had one. */
const drawPanel = (shown: Shown, beats: readonly Beat[], { at, opened }: PageState, side: Side): string => {
  const story = shown[side];
  if (story === undefined) return '';
  const index = indexAt(beats, at, side);
  const moment = story.moments.slice(0, index + 1).findLast(({ way }) => way !== undefined);
  const head = element('h3', {}, letter(side), ' ', escape(story.name));
  if (moment?.way === undefined) return head + element('p', {}, 'Nothing has happened here yet.');
  return head + element('p', { class: 'moment' }, escape(`${moment.who}: ${moment.what}`)) + drawWay(moment.way, side, opened[side]);
};

const drawLives = (shown: Shown): string =>
  SIDES.flatMap((side) => {
    const story = shown[side];
    if (story === undefined) return [];
    const { lives } = story;
    const head = element('h3', {}, letter(side), lives.length === 0 ? ' makes no conntrack entry' : ` makes ${lives.length} conntrack ${lives.length === 1 ? 'entry' : 'entries'}`);
    const list = element('ul', { class: 'entries' }, ...lives.map(drawLife));
    if (lives.length === 0) return [head];
    return [head + (lives.length <= FEW ? list : element('details', {}, element('summary', {}, 'Each of them'), list))];
  }).join('');

/** More are a page of their own. */
const FEW = 4;

const drawLife = ({ entry, fromMs, untilMs, end }: EntryLife): string => element('li', {}, element('code', {}, escape(entry)), escape(`, from ${printMs(fromMs)}; ${end} at ${printMs(untilMs)}`));
