import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../../../../../shared/reference/lesson.txt', import.meta.url));

export const hasLesson = existsSync(FILE);

/** Behind the name of what is compared with the lesson: that it is not, where the lesson is not there. */
export const lessonNote = hasLesson ? '' : ' (skipped: ../shared/reference/lesson.txt is absent)';

const lines = hasLesson ? readFileSync(FILE, 'utf8').split('\n') : [];
const exercises = lines.slice(lines.indexOf('Lab Exercises'));

/** The lesson's text of a step. */
export const sectionOf = (step: number): readonly string[] => {
  const from = exercises.findIndex((line) => line.startsWith(`${step}. `));
  const to = exercises.findIndex((line, at) => at > from && (line.startsWith(`${step + 1}. `) || line === 'Summary'));
  return exercises.slice(from, to);
};

/** From the first line that begins like this to the next that begins like that, both among them. */
export const linesOf = (step: number, first: string, last: string): readonly string[] => {
  const section = sectionOf(step);
  const from = section.findIndex((line) => line.startsWith(first));
  const to = section.findIndex((line, at) => at >= from && line.startsWith(last));
  if (from < 0 || to < 0) throw new RangeError(`step ${step} of the lesson has no lines from "${first}" to "${last}"`);
  return section.slice(from, to + 1);
};

/**
 * A line without what must differ: how columns are padded, ages, what chance named, what only the machine has (hardware
 * addresses, indices), and what the lesson left open (`10.96.x.x`).
 */
const shapeOf = (line: string): string =>
  line
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?<= )(?:\d+[smhd])+(?= |$)/g, 'AGE')
    .replaceAll(/node-local-dns-\w{5}\b/g, 'node-local-dns-POD')
    .replaceAll(/(?:[\da-f]{2}:){5}[\da-f]{2}(?= brd)/g, 'MAC')
    .replaceAll(/^(?:\d+|X)(?=: )/g, 'INDEX')
    .replaceAll(/10\.96\.(?:x\.x|248\.\d+)/g, 'UPSTREAM');

export const shapesOf = (some: readonly string[]): readonly string[] => some.map(shapeOf).filter((line) => line !== '');

/** The first columns of each row. */
export const columns = (count: number, some: readonly string[]): readonly string[] => some.map((line) => line.trim().split(/\s{2,}/).slice(0, count).join('  '));
