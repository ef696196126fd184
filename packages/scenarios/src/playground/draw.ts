import { element, escape } from '../report/draw/markup.ts';
import type { Problem } from './answer.ts';

export const drawProblem = ({ file, line, column, reason, mend }: Problem, text: string | undefined): string => {
  const wrong = text?.split('\n')[line - 1];
  return element(
    'div',
    { class: 'problem' },
    element('p', {}, element('b', {}, escape(`${file}, line ${line}, column ${column}: `)), escape(reason)),
    wrong === undefined ? '' : element('pre', { class: 'said' }, escape(`${wrong}\n${' '.repeat(Math.max(0, column - 1))}^`)),
    mend === '' ? '' : element('p', {}, element('b', {}, 'To mend it: '), escape(mend)),
  );
};

export const drawNotes = (notes: readonly string[], doctor: readonly string[]): string =>
  element(
    'section',
    { 'aria-labelledby': 'head-notes' },
    element('h2', { id: 'head-notes' }, 'What else there is to know'),
    notes.length === 0 ? '' : element('ul', {}, ...notes.map((note) => element('li', {}, escape(note)))),
    element('h3', {}, 'What the doctor says of this node and a cache on it'),
    element('p', {}, escape(doctor[0] ?? '')),
    element('details', {}, element('summary', {}, 'All of it'), element('pre', { class: 'said' }, escape(doctor.slice(1).join('\n').trim()))),
  );
