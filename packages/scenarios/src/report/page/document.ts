import { element, escape } from '../draw/markup.ts';
import { drawRaces, drawStories, drawWords } from './body.ts';
import type { PageData } from './data.ts';
import { firstState } from './state.ts';
import { STYLE } from './style.ts';

/** One file that needs nothing else: style and script are in it. `script` is what `bundle.mjs` made of `src/browser/`. */
export const drawDocument = (page: { readonly title: string; readonly body: string; readonly data?: unknown; readonly script: string }): string =>
  `<!doctype html>\n${element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">',
      element('title', {}, escape(page.title)),
      element('style', {}, STYLE),
    ),
    element(
      'body',
      {},
      page.body,
      page.data === undefined ? '' : element('script', { type: 'application/json', id: 'data' }, inScript(JSON.stringify(page.data))),
      element('script', {}, page.script),
    ),
  )}\n`;

/** Nothing in a JSON text may end the script that it stands in. */
const inScript = (json: string): string => json.replaceAll('<', String.raw`\u003c`);

/** The report: every story that one can put beside another, and the races. Readable without its script, which only moves about in it. */
export const drawReport = (data: PageData, script: string): string =>
  drawDocument({
    title: data.title,
    body: element(
      'main',
      {},
      element('h1', {}, escape(data.title)),
      ...[...data.about, LEAD].map((line) => element('p', { class: 'lead' }, escape(line))),
      element('div', { id: 'stories' }, drawStories(data, firstState(data.stories))),
      drawRaces(data.races),
      drawWords(),
      element('footer', {}, escape(`Replayed with seed ${data.stories[0]?.seed ?? ''}. All of it is a model: virtual time, a real cache engine, rules walked one by one.`)),
    ),
    data,
    script,
  });

const LEAD = "Somebody asks for a name. The packets go through the node's hooks, tables and routes; here is each of them, and what decided.";
