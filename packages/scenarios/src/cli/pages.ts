import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '@nodelocal/netfilter-sim/cli';
import type { PageData } from '../report/page/data.ts';
import { drawReport } from '../report/page/document.ts';

/**
 * What `bundle.mjs` made, in the package as in a checkout.
 * @throws UsageError where this checkout was compiled, and its pages were not made.
 */
export const builtPage = (name: 'report.js' | 'playground.html'): string => {
  const file = fileURLToPath(new URL(`../../dist/pages/${name}`, import.meta.url));
  if (!existsSync(file)) throw new UsageError(`${name} is not there yet: run "npx --yes pnpm@10 build"`);
  return file;
};

export const writeReport = (file: string, data: PageData): void => writeFileSync(file, drawReport(data, readFileSync(builtPage('report.js'), 'utf8')));
