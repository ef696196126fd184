import type { Reporter, TestModule } from 'vitest/node';

/** The last line of every test run, which people and CI read: `N passed, N failed, N skipped`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== 'pending') count[state] += 1;
      }
      // What is read from ../shared has no tests where that is not: the suite stands for them.
      for (const suite of module.children.allSuites()) {
        if (suite.state() === 'skipped' && suite.children.size === 0) count.skipped += 1;
      }
      // A file that cannot be loaded has no tests; it must not pass for nothing.
      if (module.errors().length > 0) count.failed += 1;
    }
    // After the default reporter's own summary.
    process.on('exit', () => {
      const skipped = count.skipped === 0 ? '' : `, ${count.skipped} skipped`;
      process.stdout.write(`${count.passed} passed, ${count.failed} failed${skipped}\n`);
    });
  }
}
