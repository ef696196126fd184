import { defineConfig } from 'vitest/config';

// Tests run from the sources: no build stands between an edit and its test.
const conditions = ['@nodelocal/source'];

const project = (name: string, include: readonly string[], benchmarks: readonly string[] = []) => ({
  extends: true as const,
  test: { name, include: [...include], benchmark: { include: [...benchmarks] } },
});

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Against hangs only: how fast it is, a benchmark says.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/summary-reporter.ts'],
    setupFiles: ['./test/setup/fixed-seed.ts'],
    projects: [
      project('netfilter-sim', ['packages/netfilter-sim/test/**/*.test.ts']),
      project('dns-cache', ['packages/dns-cache/test/**/*.test.ts']),
      project('scenarios', ['packages/scenarios/test/**/*.test.ts']),
      project('examples', ['examples/*.test.ts']),
      project('repository', ['test/**/*.test.ts'], ['bench/*.bench.ts']),
    ],
  },
});
