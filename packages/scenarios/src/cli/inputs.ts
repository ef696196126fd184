import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNodeFolder, readText, UsageError } from '@nodelocal/netfilter-sim/cli';
import { CATALOGUE, scenarioNamed } from '../catalogue/index.ts';
import type { Scenario } from '../catalogue/scenario.ts';
import { LESSON } from '../cluster/lesson.ts';
import type { NodeInputs } from '../run/simulate.ts';

/** The node folders that come with the package. */
const NODES = fileURLToPath(new URL('../../nodes', import.meta.url));

export const readInputs = (): NodeInputs => {
  const folder = join(NODES, LESSON.node);
  return {
    snapshot: readNodeFolder(folder),
    corefile: readText(join(folder, 'corefile')),
    resolvConf: readText(join(folder, 'resolv.conf')),
  };
};

/** @throws UsageError for a name that the catalogue does not have. */
export const findScenario = (name: string): Scenario => {
  const scenario = scenarioNamed(name);
  if (scenario !== undefined) return scenario;
  throw new UsageError(`there is no scenario "${name}" (there are ${CATALOGUE.map((known) => known.name).join(', ')})`);
};

/** @throws UsageError where it is no whole number from 0 to 2³² − 1. */
export const readSeed = (text: string): number => {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 32) return seed;
  throw new UsageError(`a seed is a whole number from 0 to 4294967295, not "${text}"`);
};

export const print = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};
