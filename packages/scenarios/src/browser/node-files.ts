import { guessFile } from '../playground/guess-file.ts';
import { element, escape } from '../report/draw/markup.ts';
import { closest } from './closest.ts';
import { byId } from './elements.ts';
import { nodeFilesOf, readDrop, readFiles } from './read-files.ts';

/** The node's files, as the page has them. */
export interface NodeFiles {
  readonly texts: Readonly<Record<string, string>>;
  put(texts: Readonly<Record<string, string>>): void;
}

/** The part of the page where files are dropped, chosen, pasted and changed; `changed` is told of each change. */
export const mountNodeFiles = (changed: () => void): NodeFiles => {
  const [name, text, list, drop] = [byId('file-name', HTMLSelectElement), byId('file-text', HTMLTextAreaElement), byId('files', HTMLUListElement), byId('drop', HTMLDivElement)];
  const [files, folder] = [byId('choose-files', HTMLInputElement), byId('choose-folder', HTMLInputElement)];
  let texts: Readonly<Record<string, string>> = {};

  const show = (): void => {
    list.innerHTML = Object.entries(texts)
      .filter(([, content]) => content.trim() !== '')
      .map(([file, content]) => element('li', {}, element('button', { type: 'button', 'data-file': file, 'aria-pressed': String(file === name.value) }, escape(`${file} (${linesIn(content)})`))))
      .join('');
  };
  const open = (file: string): void => {
    if (![...name.options].some(({ value }) => value === file)) name.append(new Option(file));
    name.value = file;
    text.value = texts[file] ?? '';
    show();
  };
  const put = (next: Readonly<Record<string, string>>): void => {
    texts = nodeFilesOf(next);
    const first = ['iptables-save.txt', 'nft-ruleset.json', 'nft-ruleset.txt'].find((file) => texts[file] !== undefined);
    open(first ?? Object.keys(texts)[0] ?? 'iptables-save.txt');
  };
  const take = (next: Promise<Readonly<Record<string, string>>>): void => {
    void next.then((found) => {
      put(found);
      changed();
    });
  };

  name.addEventListener('change', () => open(name.value));
  list.addEventListener('click', ({ target }) => {
    const file = closest(target, '[data-file]')?.getAttribute('data-file');
    if (file !== undefined && file !== null) open(file);
  });
  text.addEventListener('input', () => {
    texts = { ...texts, [name.value]: text.value };
    show();
  });
  text.addEventListener('change', changed);
  text.addEventListener('paste', (event) => {
    // Into an empty field a whole output is pasted: it goes where its first lines say.
    const pasted = event.clipboardData?.getData('text/plain') ?? '';
    const file = text.value.trim() === '' ? guessFile(pasted) : undefined;
    if (file === undefined) return;
    event.preventDefault();
    texts = { ...texts, [file]: pasted };
    open(file);
    changed();
  });
  files.addEventListener('change', () => take(readFiles([...(files.files ?? [])])));
  // Of a chosen folder what lies in it, not deeper.
  folder.addEventListener('change', () => take(readFiles([...(folder.files ?? [])].filter(({ webkitRelativePath }) => webkitRelativePath.split('/').length === 2))));
  for (const kind of ['dragover', 'dragleave', 'drop'] as const) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle('over', kind === 'dragover');
      if (kind === 'drop' && event.dataTransfer !== null) take(readDrop(event.dataTransfer));
    });
  }
  return {
    get texts() {
      return texts;
    },
    put,
  };
};

const linesIn = (text: string): string => {
  const count = text.trimEnd().split('\n').length;
  return count === 1 ? '1 line' : `${count} lines`;
};
