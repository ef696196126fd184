import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

/** A folder of one's own, gone afterwards with all that is in it. */
export interface Scratch {
  readonly path: (name?: string) => string;
  /** @returns the file's path */
  readonly write: (name: string, text: string) => string;
}

const scratchBetween = (before: typeof beforeAll, after: typeof afterAll): Scratch => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'dns-cache-test-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const path = (name = ''): string => join(folder, name);
  return {
    path,
    write(name, text) {
      writeFileSync(path(name), text);
      return path(name);
    },
  };
};

/** For each test. */
export const scratch = (): Scratch => scratchBetween(beforeEach, afterEach);

/** For all tests of a file or a suite. */
export const sharedScratch = (): Scratch => scratchBetween(beforeAll, afterAll);
