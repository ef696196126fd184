import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

const root = fileURLToPath(new URL('../..', import.meta.url));

const run = (...words: readonly string[]): void => {
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error('no test is run before the sources compile');
};

const build = (): void => {
  run(join(root, 'node_modules/typescript/bin/tsc'), '-b');
  run(join(root, 'packages/scenarios/bundle.mjs'));
};

let isBuilt = false;

/*
 * Tests run from the sources, programs from what the compiler makes of them: once for all tests, and again where a watched file has
 * changed. Whichever tests somebody runs, they are about what stands in the sources now.
 */
export const setup = (project: TestProject): void => {
  if (isBuilt) return;
  isBuilt = true;
  build();
  project.onTestsRerun(build);
};
