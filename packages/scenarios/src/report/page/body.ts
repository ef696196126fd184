import { asTable } from '../draw/chart.ts';
import { drawGlossary } from '../draw/glossary.ts';
import { element, escape } from '../draw/markup.ts';
import { drawRace } from '../draw/race.ts';
import type { RaceStory } from '../story/race-story.ts';
import type { Story } from '../story/story.ts';
import type { PageData } from './data.ts';
import type { PartName } from './parts.ts';
import { drawParts } from './parts.ts';
import type { PageState } from './state.ts';

/** The stories side by side, with all that one can step through. */
export const drawStories = (data: PageData, state: PageState): string => {
  const parts = drawParts(data, state);
  const part = (name: PartName, tag = 'div', attributes: Readonly<Record<string, string>> = {}): string => element(tag, { id: name, ...attributes }, parts[name]);
  return [
    section('compare', 'Side by side', chooser(data, state), part('sentences')),
    section('step', 'Step by step', drawStepper(part('now', 'p', { role: 'status' })), part('beats'), element('div', { class: 'panels' }, part('panel-left', 'div', { class: 'panel' }), part('panel-right', 'div', { class: 'panel' })), element('details', {}, element('summary', {}, 'How to read the picture'), LEGEND)),
    data.stories.some(({ waits }) => waits.length > 0)
      ? element('div', { class: 'charts' }, section('table', 'Conntrack entries over time', part('entries'), part('lives')), section('latency', 'How long the pod waits for each answer', part('waits')))
      : '',
    section('numbers', 'In numbers', part('facts'), drawOverview(data.stories), drawAssumptions(data.assumptions)),
  ].join('');
};

/** All that can be put side by side, where that is more than two. */
const drawOverview = (stories: readonly Story[]): string =>
  stories.length < 3
    ? ''
    : asTable(
        `All ${stories.length} at a glance`,
        'all of them',
        ['', ...(stories[0]?.facts ?? []).map(({ what }) => what)],
        stories.map(({ name, facts }) => [name, ...facts.map(({ value }) => value)]),
      );

const drawAssumptions = (assumptions: readonly string[]): string =>
  assumptions.length === 0 ? '' : element('h3', {}, 'What these numbers rest on') + element('ul', {}, ...assumptions.map((line) => element('li', {}, escape(line))));

const section = (name: string, head: string, ...content: readonly string[]): string =>
  element('section', { 'aria-labelledby': `head-${name}` }, element('h2', { id: `head-${name}` }, head), ...content);

const chooser = ({ stories }: PageData, { left, right }: PageState): string => {
  const options = (chosen: string | undefined): readonly string[] =>
    stories.map(({ name }) => element('option', { value: name, ...(name === chosen ? { selected: '' } : {}) }, escape(name)));
  const nobody = element('option', { value: 'none', ...(right === undefined ? { selected: '' } : {}) }, 'nothing beside it');
  return element(
    'div',
    { class: 'chooser' },
    element('label', {}, 'A ', element('select', { id: 'choose-left' }, ...options(left))),
    element('label', {}, 'B ', element('select', { id: 'choose-right' }, nobody, ...options(right))),
  );
};

const STEPS = [
  ['first', 'First'],
  ['back', '← Back'],
  ['on', 'On →'],
  ['last', 'Last'],
  ['loss', 'Next loss ✖'],
] as const;

const drawStepper = (now: string): string =>
  element(
    'div',
    { class: 'stepper' },
    element('div', { class: 'buttons', role: 'group', 'aria-label': 'step through the moments' }, ...STEPS.map(([step, words]) => element('button', { type: 'button', 'data-step': step }, words))),
    now,
    element('p', { class: 'hint' }, 'The arrow keys step too.'),
  );

const LEGEND =
  '<p>In the picture: <b>◆ filled</b>, something was decided here; <b>solid frame</b>, it passed; <b>dashed frame</b>, skipped; <b>thin frame</b>, no rule; <b>dotted and without a frame</b>, not on its way. ' +
  'The thick line is the way that the packet took.</p>';

export const drawRaces = (races: readonly RaceStory[]): string =>
  races.length === 0
    ? ''
    : section('races', 'Two packets at one time', element('p', {}, 'What is higher up happens first. Open a move to see all of it.'), element('div', { class: 'races' }, ...races.map(drawRace)));

export const drawWords = (): string => section('words', 'Words', element('details', {}, element('summary', {}, 'raw, mangle, conntrack and the others'), drawGlossary()));
