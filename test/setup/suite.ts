import { configDefaults, defineConfig } from 'vitest/config';
import type { ViteUserConfig } from 'vitest/config';

// Tests run from the sources: no build stands between an edit and its test.
const conditions = ['@nodelocal/source'];

interface Needs {
  readonly benchmarks?: readonly string[];
  /** Whether each file loads the modules anew; what keeps no state in them need not, and is read once. */
  readonly isolate?: boolean;
}

interface Suite {
  /** Files that are not of it. */
  readonly but?: readonly string[];
  /** How many files at once, as a part of the processors. */
  readonly maxWorkers?: `${number}%`;
}

/** The tests whose files end so, a project for each package. */
export const suiteOf = (ending: string, { but = [], maxWorkers = '100%' }: Suite = {}): ViteUserConfig => {
  const project = (name: string, folder: string, { benchmarks = [], isolate = true }: Needs = {}) => ({
    extends: true as const,
    test: { name, include: [`${folder}/*.${ending}`], exclude: [...configDefaults.exclude, ...but], benchmark: { include: [...benchmarks] }, isolate },
  });
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      // All processors: nobody works at the machine meanwhile, and what waits for a socket leaves its own free.
      maxWorkers,
      // Against hangs only: how fast it is, a benchmark says.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      reporters: ['default', './test/summary-reporter.ts'],
      globalSetup: ['./test/setup/build.ts'],
      setupFiles: ['./test/setup/fixed-seed.ts'],
      projects: [
        project('netfilter-sim', 'packages/netfilter-sim/test/**', { isolate: false }),
        project('dns-cache', 'packages/dns-cache/test/**', { isolate: false }),
        project('scenarios', 'packages/scenarios/test/**', { isolate: false }),
        project('examples', 'examples'),
        project('repository', 'test/**', { benchmarks: ['bench/*.bench.ts'] }),
      ],
    },
  });
};
