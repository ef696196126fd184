import { describe, expect, it } from 'vitest';
import { complaint, facilities, meaning } from '../support/directive.ts';
import { World } from '../support/world.ts';

/** A server that no query gets an answer from. */
const failing = (errors: string): World => new World({ corefile: `. {\n${errors}\n log\n}` });

const block = (...lines: readonly string[]): string => `errors {\n${lines.join('\n')}\n}`;

const line = (level: string, name: string): string =>
  `[${level}] plugin/errors: 2 ${name}. A: plugin/log: no next plugin found`;

/** Without those of `log`. */
const linesOf = (world: World): readonly string[] => world.lines.filter((text) => text.includes('plugin/errors'));

describe('errors', () => {
  it('has a line for each', () => {
    const world = failing('errors');
    world.ask({ name: 'A' });
    world.ask({ name: 'b' });
    expect(linesOf(world)).toEqual([line('ERROR', 'a'), line('ERROR', 'b')]);
  });

  it('has none for failures that are answers', () => {
    const world = new World({ corefile: '. {\n errors\n hosts /none\n}' });
    const query = world.ask({ name: 'a' });
    expect(world.answer(query).rcode).toBe('SERVFAIL');
    expect(world.lines).toEqual([]);
  });
});

describe('consolidated errors', () => {
  it('are counted from the first on, and told of at the end of the period', () => {
    const world = failing(block('consolidate 1m "^plugin/log: no .* found$"'));
    for (const name of ['a', 'b', 'c']) {
      world.ask({ name });
      world.pass(10_000);
    }
    expect(linesOf(world)).toEqual([]);
    world.pass(30_000);
    const summary = "[ERROR] plugin/errors: 3 errors like '^plugin/log: no .* found$' occurred in last 1m0s";
    expect(linesOf(world)).toEqual([summary]);
    world.pass(600_000);
    expect(linesOf(world)).toHaveLength(1);
    // The next period begins with the next error.
    world.ask({ name: 'd' });
    world.pass(60_000);
    expect(linesOf(world)[1]).toContain("1 errors like");
  });

  it('go to the first pattern that they match, and have their own line where none does', () => {
    const world = failing(block('consolidate 2s timeout', 'consolidate 1s plugin warning', 'consolidate 1s next'));
    world.ask({ name: 'a' });
    world.pass(5000);
    expect(linesOf(world)).toEqual(["[WARNING] plugin/errors: 1 errors like 'plugin' occurred in last 1s"]);
    const other = failing(block('consolidate 1s timeout'));
    other.ask({ name: 'a' });
    expect(linesOf(other)).toEqual([line('ERROR', 'a')]);
  });

  it('show their first line where that is wanted, and no summary of one', () => {
    const world = failing(block('consolidate 1s no info show_first'));
    world.ask({ name: 'a' });
    expect(linesOf(world)).toEqual([line('INFO', 'a')]);
    world.pass(1000);
    expect(linesOf(world)).toHaveLength(1);
    world.ask({ name: 'b' });
    world.ask({ name: 'c' });
    world.pass(1000);
    const summary = "[INFO] plugin/errors: 2 errors like 'no' occurred in last 1s";
    expect(linesOf(world)).toEqual([line('INFO', 'a'), line('INFO', 'b'), summary]);
  });

  it.each(['warning', 'error', 'info', 'debug'] as const)('are logged at the level %s', (level) => {
    const world = failing(block(`consolidate 1s . ${level}`));
    world.ask({ name: 'a' });
    world.pass(1000);
    const logged = world.effects.filter((effect) => effect.kind === 'log' && effect.line.includes('errors like'));
    const line = `[${level.toUpperCase()}] plugin/errors: 1 errors like '.' occurred in last 1s`;
    expect(logged).toMatchObject([{ level, line }]);
  });

  it('take linear time, whatever the pattern', () => {
    const world = failing(block('consolidate 1s "^(([a-z])+.)+[A-Z]([a-z])+$"'));
    // With backtracking this has no end that a test would wait for.
    world.ask({ name: `${'a'.repeat(60)}.${'a'.repeat(60)}` });
    expect(linesOf(world)).toHaveLength(1);
  });
});

describe('what errors mean', () => {
  it('in full', () => {
    const directive = block('stacktrace', 'consolidate 1m "format error"', 'consolidate 5s b debug show_first');
    expect(meaning(directive)).toEqual([
      'errors stdout stacktrace',
      '  consolidate 1m0s "format error" error',
      '  consolidate 5s "b" debug, the first shown',
    ]);
    expect(facilities(directive)).toEqual([{ kind: 'stacktrace' }]);
    expect(facilities('errors stdout')).toEqual([]);
  });

  it.each([
    ['errors errors.txt', "2:8: invalid log file: 'errors.txt'"],
    ['errors a b', '2:10: Wrong argument count'],
    ['errors\nerrors', "3:1: 'errors' can only be used once"],
    [block('log visible'), "3:1: unknown option 'log' of 'errors'"],
    [block('consolidate'), "3:1: Wrong argument count or unexpected line ending after 'consolidate'"],
    [block('consolidate 1m'), "3:13: Wrong argument count or unexpected line ending after '1m'"],
    [block('consolidate 1m .* extra'), "3:19: unknown log level argument in consolidate: 'extra'"],
    [block('consolidate abc .*'), "3:13: the period is not a duration: 'abc'"],
    [block('consolidate 1 .*'), "3:13: the period is not a duration: '1'"],
    [block('consolidate 1m ())'), "3:16: not a regular expression: '())'"],
    // What only a backtracking engine can do.
    [block('consolidate 1m (a)\\1'), "3:16: not a regular expression: '(a)\\1'"],
    [block('consolidate 1m .* show_first error'), "3:30: unexpected argument: 'error'"],
    [block('consolidate 1m .* error info'), "3:25: unexpected argument: 'info'"],
    [block('consolidate 1m .* error show_first extra'), '3:36: Wrong argument count'],
    [block(`consolidate 1m ${'a'.repeat(10_001)}`), '3:16: regular expression of more than 10000 characters'],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(`Corefile:${expected}`);
  });
});
