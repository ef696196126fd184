import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bench, describe } from 'vitest';

const MAIN = fileURLToPath(new URL('../packages/scenarios/dist/cli/main.js', import.meta.url));

const scenarios = (...words: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8' });
  // A scenario in which a name does not resolve ends with 1.
  if (status !== 0 && status !== 1) throw new Error(`scenarios ${words.join(' ')}: ${stderr}`);
  return stdout;
};

const names = scenarios('list')
  .split('\n')
  .filter((line) => /^\S/.test(line));

/** Two seconds for each, the start of the program included. */
describe('a scenario', () => {
  for (const name of names) bench(name, () => void scenarios('run', name), { iterations: 1, warmupIterations: 0, time: 0 });
});

describe('a comparison', () => {
  bench('of a scenario with the cache, without it, and with each part missing', () => void scenarios('compare', 'intercepted'), { iterations: 3, warmupIterations: 0, time: 0 });
});
