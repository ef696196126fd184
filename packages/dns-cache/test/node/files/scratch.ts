import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A directory of its own for each test. */
export const scratch = (): { readonly path: (name?: string) => string } => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'node-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return { path: (name = '') => join(folder, name) };
};
