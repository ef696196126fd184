import { element, escape } from '../report/draw/markup.ts';
import { drawWords } from '../report/page/body.ts';
import { drawDocument } from '../report/page/document.ts';
import type { PlaygroundInput } from './input.ts';
import { KNOWN_FILES } from './input.ts';

/** What one sees before one has given anything: a query of the lesson's pod. */
const PACKET = 'cali5f3c9a1e0d2: udp 192.168.82.65:40000 > 10.96.0.10:53';

/** The playground as one file. `example`: the files of the node that it begins with. */
export const drawPlayground = (example: PlaygroundInput['files'], script: string): string => {
  const data: PlaygroundInput = { files: example, ask: { kind: 'packet', text: PACKET }, seed: 1 };
  return drawDocument({ title: TITLE, body: BODY, data, script });
};

const TITLE = 'Your node: where does this packet go?';

const field = (label: string, control: string): string => element('label', { class: 'field' }, element('span', {}, label), control);

const FILES = element(
  'section',
  { 'aria-labelledby': 'head-node' },
  element('h2', { id: 'head-node' }, '1. The node'),
  element('p', {}, "Drop a node folder here (what capture-node.sh writes), choose its files, or paste what the node's tools print. Nothing leaves this page."),
  element(
    'div',
    { class: 'drop', id: 'drop' },
    element(
      'div',
      { class: 'row' },
      element('label', { class: 'field' }, element('span', {}, 'Files of the folder'), '<input type="file" id="choose-files" multiple>'),
      element('label', { class: 'field' }, element('span', {}, 'The folder itself'), '<input type="file" id="choose-folder" webkitdirectory>'),
    ),
    element('ul', { class: 'files', id: 'files', 'aria-label': 'files of the node' }),
    field('The text is what goes into', element('select', { id: 'file-name' }, ...KNOWN_FILES.map((name) => element('option', {}, escape(name))))),
    field('Text', '<textarea id="file-text" spellcheck="false" autocapitalize="off" autocomplete="off"></textarea>'),
    element('div', { class: 'row' }, element('button', { type: 'button', id: 'clear' }, 'Start with an empty node'), element('button', { type: 'button', id: 'example' }, "Take the lesson's node")),
  ),
);

const ASK = element(
  'section',
  { 'aria-labelledby': 'head-ask' },
  element('h2', { id: 'head-ask' }, '2. The question'),
  element(
    'form',
    { id: 'ask' },
    element('div', { class: 'row', role: 'radiogroup', 'aria-label': 'what to ask' }, radio('packet', 'walk a packet'), radio('lookup', 'look a name up')),
    field('A packet, as: device (or local): udp ADDRESS:PORT &gt; ADDRESS:PORT', '<input id="packet" spellcheck="false" autocapitalize="off" autocomplete="off">'),
    field('A name that a pod of the node looks up, twice', '<input id="name" spellcheck="false" autocapitalize="off" autocomplete="off" placeholder="kubernetes.default">'),
    field('Seed of what chance decides', '<input id="seed" inputmode="numeric" pattern="[0-9]+">'),
    element('div', { class: 'row' }, '<button>Show the way</button>', element('button', { type: 'button', id: 'share' }, 'Copy a link to this'), '<span id="shared" role="status"></span>'),
  ),
);

function radio(value: string, words: string): string {
  return element('label', {}, `<input type="radio" name="kind" value="${value}"> `, words);
}

const BODY = element(
  'main',
  {},
  element('h1', {}, TITLE),
  element('p', { class: 'lead' }, 'The model of netfilter, and the DNS cache, run in this page. What they do not know they say.'),
  element('div', { class: 'inputs' }, FILES, ASK),
  '<div id="problem" role="alert"></div>',
  element('div', { id: 'stories' }),
  element('div', { id: 'notes' }),
  drawWords(),
);
