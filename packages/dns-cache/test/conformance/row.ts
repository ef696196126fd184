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
  /** Throws where the server does otherwise. */
  readonly check: (lab: Lab) => Promise<void> | void;
  /** What the server does on purpose, where docs/conformance.md says that it differs. */
  readonly instead?: (lab: Lab) => Promise<void> | void;
  /** The feature that is not there yet, without which the check cannot hold. */
  readonly awaits?: string;
}

const document = fileURLToPath(new URL('../../../../docs/conformance.md', import.meta.url));

/** The first cells of the tables under a heading of docs/conformance.md, up to the next heading. */
export const listedUnder = (heading: string): readonly string[] => {
  const [, section = ''] = readFileSync(document, 'utf8').split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| `?([\w./-]+)`? \|/gm)].map((found) => found[1] ?? '').filter((cell) => !/^-+$/.test(cell));
};

export const differingRows = (): ReadonlySet<string> => new Set(listedUnder('Requirements where the server differs'));

/** Every row as a test, against one lab: it holds, or differs just as the document says. */
export const describeRows = (title: string, rows: readonly Row[]): void => {
  describe(title, () => {
    const differing = differingRows();
    let lab: Lab;
    beforeAll(async () => {
      lab = await startLab();
    });
    afterAll(() => lab.stop());

    for (const { id, severity, source, sent, expected, check, instead, awaits } of rows) {
      const what = `${id} ${severity} (${source}) ${sent}: ${expected}`;
      if (differing.has(id)) {
        it.concurrent(`${what} [differs: docs/conformance.md]`, async () => {
          await expect(Promise.resolve(lab).then(check)).rejects.toThrow();
          await instead?.(lab);
        });
      } else if (awaits === undefined) it.concurrent(what, async () => check(lab));
      else {
        it.concurrent(`${what} [awaits ${awaits}]`, async () => {
          await expect(Promise.resolve(lab).then(check)).rejects.toThrow();
        });
      }
    }
  });
};
