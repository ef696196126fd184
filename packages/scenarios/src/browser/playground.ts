import { answerPlayground } from '../playground/answer.ts';
import { drawNotes, drawProblem } from '../playground/draw.ts';
import { readInput } from '../playground/input.ts';
import type { PlaygroundInput } from '../playground/input.ts';
import { drawStories } from '../report/page/body.ts';
import { firstState } from '../report/page/state.ts';
import type { PageState } from '../report/page/state.ts';
import { byId } from './elements.ts';
import { packInput, unpackInput } from './link.ts';
import { mountNodeFiles } from './node-files.ts';
import { mountStories } from './stories.ts';

/* The script of the playground: what is put in is answered at once, in this page. */

const example = readInput(document.getElementById('data')?.textContent ?? '');
if (example === undefined) throw new Error('the page has lost its example');

const [stories, problem, notes, form] = [byId('stories', HTMLDivElement), byId('problem', HTMLDivElement), byId('notes', HTMLDivElement), byId('ask', HTMLFormElement)];
const [packet, name, seed, shared] = [byId('packet', HTMLInputElement), byId('name', HTMLInputElement), byId('seed', HTMLInputElement), byId('shared', HTMLSpanElement)];
const kinds = [...form.querySelectorAll<HTMLInputElement>('input[name=kind]')];

let stop = (): void => {};
const files = mountNodeFiles(() => answer());

const inputNow = (): PlaygroundInput => {
  const asksName = kinds.some(({ value, checked }) => value === 'lookup' && checked);
  return {
    files: files.texts,
    ask: asksName ? { kind: 'lookup', name: name.value.trim() } : { kind: 'packet', text: packet.value.trim() },
    seed: /^\d+$/.test(seed.value) ? Number(seed.value) % 2 ** 32 : 1,
  };
};

const showInput = ({ files: texts, ask, seed: number }: PlaygroundInput): void => {
  files.put(texts);
  if (ask.kind === 'packet') packet.value = ask.text;
  else name.value = ask.name;
  for (const kind of kinds) kind.checked = kind.value === ask.kind;
  seed.value = String(number);
  showAsk();
};

/** Only the question that is asked has a field. */
const showAsk = (): void => {
  const { kind } = inputNow().ask;
  packet.closest('label')?.toggleAttribute('hidden', kind !== 'packet');
  name.closest('label')?.toggleAttribute('hidden', kind !== 'lookup');
};

const answer = (): void => {
  stop();
  const input = inputNow();
  const said = answerPlayground(input);
  problem.innerHTML = said.kind === 'problem' ? drawProblem(said.problem, input.files[said.problem.file]) : '';
  notes.innerHTML = said.kind === 'problem' ? '' : drawNotes(said.notes, said.doctor);
  if (said.kind === 'problem') {
    stories.innerHTML = '';
    return;
  }
  const data = { title: document.title, about: [], stories: said.stories, assumptions: said.assumptions, races: [] };
  let state: PageState = firstState(said.stories);
  stories.innerHTML = drawStories(data, state);
  stop = mountStories(stories, data, {
    get state() {
      return state;
    },
    set(next) {
      state = next;
    },
  });
};

form.addEventListener('submit', (event) => {
  event.preventDefault();
  answer();
});
for (const kind of kinds) {
  kind.addEventListener('change', () => {
    if (name.value === '') name.value = 'kubernetes.default';
    showAsk();
    answer();
  });
}
byId('clear', HTMLButtonElement).addEventListener('click', () => {
  files.put({});
  answer();
});
byId('example', HTMLButtonElement).addEventListener('click', () => {
  showInput(example);
  answer();
});
byId('share', HTMLButtonElement).addEventListener('click', () => {
  void share();
});

const share = async (): Promise<void> => {
  history.replaceState(undefined, '', `#${await packInput(inputNow())}`);
  // A page that was opened as a file may not write to the clipboard everywhere; the link stands in the address anyway.
  const copied = await navigator.clipboard.writeText(location.href).then(
    () => true,
    () => false,
  );
  shared.textContent = copied ? 'Copied. It holds everything that you put in.' : 'The address of this page now holds everything that you put in.';
};

const start = async (): Promise<void> => {
  const packed = location.hash.slice(1);
  const given = packed === '' ? undefined : await unpackInput(packed);
  showInput(given ?? example);
  answer();
  if (packed !== '' && given === undefined) problem.innerHTML = drawProblem({ file: 'the link', line: 1, column: 1, reason: 'it holds no input; it was cut off, perhaps', mend: "copy it whole; until then this is the lesson's node" }, undefined);
};
addEventListener('hashchange', () => {
  void start();
});
void start();
