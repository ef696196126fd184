import type { StagePassage, WalkedWay, WalkedEnd } from '../story/way.ts';
import { HOOK_NAMES } from '../story/way.ts';
import { drawDiagram, PART_WORDS } from './diagram.ts';
import { element, escape } from './markup.ts';

/** What stands in front of how it ended: a shape, for those who see no colour. */
const END_SIGNS: Readonly<Record<WalkedEnd, string>> = { delivered: '✔', left: '➜', lost: '✖', held: '⏸', 'not-modelled': '?' };

/** The picture, what one has opened of it, and what decided, as text. */
export const drawWay = (way: WalkedWay, side: string, opened: string | undefined): string =>
  [
    element('p', { class: 'packet' }, element('code', {}, escape(way.packet))),
    drawDiagram(way, side),
    element('p', { class: `ending ${way.end}` }, escape(`${END_SIGNS[way.end]} ${endingText(way)}`)),
    element('div', { class: 'told', 'aria-live': 'polite', id: `told-${side}` }, drawStageText(way, opened)),
    element('h4', {}, 'What decided, in this order'),
    decisions(way),
    element('details', {}, element('summary', {}, 'Everything, step by step'), element('ol', { class: 'steps' }, ...way.steps.map(stepLine))),
  ].join('');

/** A model that does not know must not look as if it did. */
const endingText = ({ end, ending }: WalkedWay): string => (end === 'not-modelled' ? `Not modelled, so nothing is claimed: ${ending}` : `The packet is ${ending}`);

export const drawStageText = (way: WalkedWay, opened: string | undefined): string => {
  const found = HOOK_NAMES.flatMap((hook) => way.hooks[hook].stages.map((stage) => ({ hook, stage }))).find(({ hook, stage }) => `${hook} ${stage.stage}` === opened);
  if (found === undefined) return element('p', { class: 'hint' }, 'Touch a stage of the picture, or go to it with Tab, to read its rules here.');
  return `${element('h4', {}, escape(`${found.stage.stage} at ${found.hook}: ${PART_WORDS[found.stage.part]}`))}${stageLines(found.stage)}`;
};

const stageLines = ({ lines }: StagePassage): string => element('ul', {}, ...lines.map((line) => element('li', {}, element('code', {}, escape(line)))));

const decisions = ({ steps }: WalkedWay): string => {
  const deciding = steps.filter(({ decides }) => decides);
  return deciding.length === 0
    ? element('p', {}, 'No rule: every table let it pass.')
    : element('ol', { class: 'decisions' }, ...deciding.map(({ where, text }) => element('li', {}, element('b', {}, escape(where)), ' ', element('code', {}, escape(text)))));
};

const stepLine = ({ where, text, decides }: WalkedWay['steps'][number]): string =>
  element('li', decides ? { class: 'decides' } : {}, element('b', {}, escape(where.trim())), ' ', escape(text));
