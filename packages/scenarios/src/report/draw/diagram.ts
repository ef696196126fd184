import { HOOK_NAMES } from '../story/way.ts';
import type { HookName, HookPassage, Part, StagePassage, WalkedWay } from '../story/way.ts';
import { drawArrows } from './arrows.ts';
import { element, escape } from './markup.ts';
import { placesFor, ROW } from './places.ts';
import type { Box } from './places.ts';

/** On the right the packet goes up, so what runs first stands below. */
const GOES_UP: Readonly<Record<HookName, boolean>> = { PREROUTING: false, INPUT: false, FORWARD: true, OUTPUT: true, POSTROUTING: true };

/** About so many letters fit into a stage. */
const LETTERS = 25;

export const PART_WORDS: Readonly<Record<Part, string>> = {
  decided: 'decided here',
  passed: 'passed',
  skipped: 'skipped',
  idle: 'nothing to do here',
  away: 'not on its way',
};

/** The way of one packet over the path that the kernel has; `side` tells two pictures of one page apart. */
export const drawDiagram = (way: WalkedWay, side: string): string => {
  const places = placesFor(way.hooks);
  return element(
    'svg',
    { viewBox: `0 0 ${places.width} ${places.height}`, class: 'diagram', role: 'group', 'aria-label': `The way of ${way.packet}: ${way.ending}` },
    drawArrows(way, places, side),
    pill(places.in, way.inDevice ?? (isAround(way) ? 'in again by lo' : 'from a device'), way.hooks.PREROUTING.reached),
    pill(places.out, outLabel(way), way.outDevice !== undefined || isAround(way)),
    pill(places.programs, 'programs of the node', way.inDevice === undefined || way.end === 'delivered'),
    routing(places.routing, way.routing.input),
    routing(places.routingOut, way.routing.output),
    ...HOOK_NAMES.map((hook) => drawHook(hook, way.hooks[hook], places.hooks[hook])),
  );
};

/** What the node sends to itself leaves by `lo` and comes in again. */
const isAround = ({ inDevice, hooks }: WalkedWay): boolean => inDevice === undefined && hooks.PREROUTING.reached;

const outLabel = (way: WalkedWay): string => {
  if (way.outDevice !== undefined) return `out by ${way.outDevice}`;
  return isAround(way) ? 'out by lo' : 'to a device';
};

const middle = ({ x, width }: Box): number => x + width / 2;

const pill = (box: Box, label: string, used: boolean): string =>
  element(
    'g',
    { class: used ? 'pill' : 'pill away' },
    element('rect', { ...box, rx: box.height / 2 }),
    element('text', { x: middle(box), y: box.y + box.height / 2 + 4.5 }, escape(short(label, LETTERS))),
  );

const routing = (box: Box, told: string | undefined): string =>
  element(
    'g',
    { class: told === undefined ? 'routing away' : 'routing' },
    element('rect', { ...box, rx: 12 }),
    element('text', { class: 'title', x: middle(box), y: box.y + 16 }, 'routing'),
    element('text', { class: 'told', x: middle(box), y: box.y + 33 }, escape(short(told ?? '', 30))),
    element('title', {}, escape(told ?? 'routing: not on its way')),
  );

const drawHook = (hook: HookName, { reached, stages }: HookPassage, box: Box): string =>
  element(
    'g',
    { class: reached ? 'hook' : 'hook away' },
    element('rect', { ...box, rx: 6, class: 'frame' }),
    element('text', { class: 'title', x: middle(box), y: box.y + 16 }, `${hook} ${GOES_UP[hook] ? '↑' : '↓'}`),
    ...stages.map((stage, at) => drawStage(hook, stage, rowOf(box, GOES_UP[hook] ? stages.length - 1 - at : at))),
  );

const rowOf = ({ x, y, width }: Box, row: number): Box => ({
  x: x + 4,
  y: y + ROW.title + row * (ROW.height + ROW.gap),
  width: width - 8,
  height: ROW.height,
});

/** Only what says something can be opened. Its name begins with what stands in the picture, for those who speak to their machine. */
const drawStage = (hook: HookName, { stage, part, verdict, lines }: StagePassage, box: Box): string => {
  const told = short(verdict === '' && part === 'idle' && stage !== 'confirm' && stage !== 'conntrack' ? 'no rule' : verdict, 22);
  const name = short(stage, LETTERS - told.length);
  const words = `${name} ${told}: ${stage} at ${hook}, ${PART_WORDS[part]}`;
  const mark = part === 'decided' ? element('path', { class: 'mark', d: `M${box.x + 12} ${box.y + 7} l5 5 l-5 5 l-5 -5 z` }) : '';
  return element(
    'g',
    { class: `stage ${part}`, ...(lines.length > 0 ? { role: 'button', tabindex: 0, 'data-stage': `${hook} ${stage}`, 'aria-label': words } : {}) },
    element('rect', { ...box, rx: 4 }),
    mark,
    element('text', { class: 'name', x: box.x + (mark === '' ? 8 : 22), y: box.y + 16.5 }, escape(name)),
    ' ',
    element('text', { class: 'verdict', x: box.x + box.width - 8, y: box.y + 16 }, escape(told)),
  );
};

const short = (text: string, letters: number): string => (text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`);
