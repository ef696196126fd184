import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lab } from './lab.ts';
import { startLab } from './lab.ts';

/** How strongly it is asked for: by an RFC as MUST or SHOULD, or by what implementations agree on. */
type Severity = 'MUST' | 'SHOULD' | 'practice';

/** One requirement, as a black box shows it. */
export interface Row {
  readonly id: string;
  readonly severity: Severity;
  /** Where it is written. */
  readonly source: string;
  readonly sent: string;
  readonly expected: string;
  /** It measures or changes what others in the process share. */
  readonly alone?: true;
  /** Throws where the server does otherwise. */
  readonly check: (lab: Lab) => Promise<void> | void;
  /** What the server does on purpose, where docs/conformance.md says that it differs. */
  readonly instead?: (lab: Lab) => Promise<void> | void;
}

const document = fileURLToPath(new URL('../../../../docs/conformance.md', import.meta.url));

export const conformanceText = (): string => readFileSync(document, 'utf8');

/** The first cells of the table under a heading of docs/conformance.md. */
export const listedUnder = (heading: string): readonly string[] => {
  const [, section = ''] = conformanceText().split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  // The table's head and the line below it are no rows.
  return [...own.matchAll(/^\| `?([\w./-]+)`? \|/gm)].map((found) => found[1] ?? '').slice(2);
};

export const differingRows = (): ReadonlySet<string> => new Set(listedUnder('Requirements where the server differs'));

/** What went wrong with a check; nothing where it holds. */
const failureOf = async (check: Row['check'], lab: Lab): Promise<unknown> => {
  try {
    await check(lab);
    return undefined;
  } catch (failure) {
    return failure;
  }
};

const judge = async ({ check, instead }: Row, differs: boolean, lab: Lab): Promise<void> => {
  if (!differs) {
    await check(lab);
    return;
  }
  const failure = await failureOf(check, lab);
  // It must be the requirement that fails, not the way it is put.
  expect(failure).toBeInstanceOf(Error);
  expect(failure).toMatchObject({ name: 'AssertionError' });
  await instead?.(lab);
};

/** Every row as a test, against one lab: it holds, or differs just as the document says. */
const describeRows = (title: string, rows: readonly Row[]): void => {
  describe(`requirements: ${title}`, () => {
    const differing = differingRows();
    let lab: Lab;
    beforeAll(async () => {
      lab = await startLab();
    });
    afterAll(() => lab.stop());

    for (const row of rows) {
      const differs = differing.has(row.id);
      const note = differs ? ' [differs: docs/conformance.md]' : '';
      const title = `${row.id} ${row.severity} (${row.source}) ${row.sent}: ${row.expected}`;
      const test = async (): Promise<void> => judge(row, differs, lab);
      if (row.alone === true) it(`${title}${note}`, test);
      else it.concurrent(`${title}${note}`, test);
    }
  });
};

export const describeSection = (section: Readonly<Record<string, readonly Row[]>>): void => {
  for (const [title, rows] of Object.entries(section)) describeRows(title, rows);
};
