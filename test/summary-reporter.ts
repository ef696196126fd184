import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node';

/** A suite or a test that was skipped says why in its title: `… (skipped: needs root)`. */
const REASON = /\((?:skipped|without)\b[^)]*\)/;

/** The outermost suite that says why, or else the whole name. */
const titleOf = ({ fullName }: TestCase | TestSuite): string => {
  const reason = REASON.exec(fullName);
  return reason === null ? fullName : fullName.slice(0, reason.index + reason[0].length);
};

/** What `vitest -t` leaves out has no reason of its own. */
const LEFT_OUT = 'those (skipped: -t leaves them out)';

/** The last line of every test run, which people and CI read: `N passed, N failed, N skipped`; above it, what was skipped and why. */
export default class SummaryReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const skipped = new Map<string, number>();
    const pattern = this.#vitest?.getGlobalTestNamePattern();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'pending') continue;
        count[state] += 1;
        if (state === 'skipped') note(skipped, pattern === undefined || pattern.test(test.fullName) ? titleOf(test) : LEFT_OUT, 1);
      }
      // What is read from ../shared has no tests where that is not: the suite stands for them.
      for (const suite of module.children.allSuites()) {
        if (suite.state() === 'skipped' && suite.children.size === 0) note(skipped, titleOf(suite), 0);
      }
      // A file that cannot be loaded has no tests; it must not pass for nothing.
      if (module.errors().length > 0) count.failed += 1;
    }
    const unexplained = [...skipped.keys()].filter((title) => !REASON.test(title));
    count.failed += unexplained.length;
    // After the default reporter's own summary.
    process.on('exit', () => {
      for (const [title, tests] of skipped) process.stdout.write(`skipped ${tests === 0 ? 'whatever is in' : `${tests} of`} ${title}\n`);
      for (const title of unexplained) process.stdout.write(`failed: ${title} is skipped without a reason in its title\n`);
      const more = count.skipped === 0 ? '' : `, ${count.skipped} skipped`;
      process.stdout.write(`${count.passed} passed, ${count.failed} failed${more}\n`);
      // vitest knows nothing of what is unexplained.
      if (count.failed > 0) process.exitCode = 1;
    });
  }
}

const note = (skipped: Map<string, number>, title: string, tests: number): void => {
  skipped.set(title, (skipped.get(title) ?? 0) + tests);
};
