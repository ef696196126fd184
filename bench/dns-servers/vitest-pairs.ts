import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { progress } from './measure.ts';
import { middle } from './measured.ts';

/** What `vitest bench --outputJson` writes, as far as it is read here; times in milliseconds. */
interface Written {
  readonly files: readonly {
    readonly groups: readonly {
      readonly fullName: string;
      readonly benchmarks: readonly { readonly name: string; readonly median: number }[];
    }[];
  }[];
}

/** The median of each benchmark of a checkout, by its name. */
const mediansOf = (checkout: string): ReadonlyMap<string, number> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const file = join(folder, 'bench.json');
    execFileSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'bench', '--run', '--outputJson', file], { cwd: checkout, stdio: 'ignore' });
    const { files } = JSON.parse(readFileSync(file, 'utf8')) as Written;
    const groups = files.flatMap((written) => written.groups);
    return new Map(
      groups.flatMap(({ fullName, benchmarks }) =>
        benchmarks.map(({ name, median }) => [`${fullName.replace(/^.* > /, '')} ${name}`, median] as const),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Vitest's benchmarks of two checkouts in turn, each measure as the ratio of the medians of all its runs. */
export const printRatios = (before: string, now: string, pairs: number): void => {
  const found = { now: new Map<string, number[]>(), before: new Map<string, number[]>() };
  for (let pair = 1; pair <= pairs; pair += 1) {
    progress(`pair ${pair} of ${pairs}`);
    const order = [['before', before], ['now', now]] as const;
    for (const [side, checkout] of pair % 2 === 0 ? order.toReversed() : order) {
      for (const [name, median] of mediansOf(checkout)) found[side].set(name, [...(found[side].get(name) ?? []), median]);
    }
  }
  process.stdout.write(`${''.padEnd(66)}${'now, ms'.padStart(12)}${'before, ms'.padStart(12)}${'now / before'.padStart(14)}\n`);
  for (const [name, medians] of found.now) {
    const [own, other] = [middle(medians), middle(found.before.get(name) ?? [])];
    process.stdout.write(`${name.padEnd(66)}${own.toFixed(4).padStart(12)}${other.toFixed(4).padStart(12)}${`${(own / other).toFixed(2)}x`.padStart(14)}\n`);
  }
  process.stdout.write('\n');
};
