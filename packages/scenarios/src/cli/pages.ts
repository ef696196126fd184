import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '@nodelocal/netfilter-sim/cli';
import { compareScenarios, play } from '../compare/comparison.ts';
import { drawPlayground } from '../playground/document.ts';
import type { PageData } from '../report/page/data.ts';
import { drawReport } from '../report/page/document.ts';
import { tellComparison } from '../report/story/tell.ts';
import { describeIncident } from '../verdict/text.ts';
import { choose } from './choose.ts';
import type { Chosen } from './choose.ts';
import { readLessonNode } from './inputs.ts';

/**
 * What `bundle.mjs` made, in the package as in a checkout.
 * @throws UsageError where this checkout was compiled, and its scripts were not made.
 */
const script = (name: 'report' | 'playground'): string => {
  const file = fileURLToPath(new URL(`../../dist/pages/${name}.js`, import.meta.url));
  if (!existsSync(file)) throw new UsageError(`the script of the page is not there yet: run "npx --yes pnpm@10 build"`);
  return readFileSync(file, 'utf8');
};

/** A scenario, and beside it those that mend what went wrong in it. Without a seed each has its own. */
export const scenarioPage = (chosen: Chosen, seed: number | undefined): PageData => {
  const { scenario } = chosen;
  const all = [chosen, ...(scenario.incident?.fixedBy ?? []).map(choose)];
  return {
    title: scenario.question,
    about: [`What one should see: ${scenario.expect}.`, ...describeIncident(scenario).filter((line) => line !== '')],
    ...tellComparison(compareScenarios(all.map(({ scenario: one, inputs, tried }) => tried(() => play(one.name, one, inputs, seed ?? one.seed))))),
  };
};

export const writeReport = (file: string, data: PageData): void => writeFileSync(file, drawReport(data, script('report')));

/** It begins with the lesson's node. */
export const writePlayground = (file: string): void => {
  const { snapshot, corefile, resolvConf } = readLessonNode();
  writeFileSync(file, drawPlayground({ ...snapshot.contents, corefile, 'resolv.conf': resolvConf }, script('playground')));
};
