import { describe, expect, it } from 'vitest';
import type { NodeCacheCase } from '../support/nodecache-cases.ts';
import type { Explained } from './explained.ts';
import { judge } from './judge.ts';

type Steps = NodeCacheCase['steps'];

const caseOf = (steps: Steps, unstable: readonly string[] = []): NodeCacheCase => ({
  id: 'x01', kind: '3-rules', what: 'made up', args: [], env: {}, files: {}, unstable, steps,
});

const START = { do: 'start', seen: {} };
const ended = (exit: number, stdout: readonly string[] = []) => ({ do: 'wait-exit 100', seen: { process: 'exited', exit, stdout } });
const NOTHING: Explained = { facts: [] };
const exitOf = (...ours: readonly unknown[]): Explained => ({ facts: [{ rows: ['N31'], steps: [1], field: 'exit', ours }] });

describe('a recorded state', () => {
  const theirs = caseOf([START, ended(1)]);

  it('may be as it is in node-cache', () => {
    expect(judge(theirs, caseOf([START, ended(1)]), NOTHING)).toEqual([]);
  });

  it('is not otherwise without a row, or than the row says', () => {
    const own = caseOf([START, ended(2)]);
    expect(judge(theirs, own, NOTHING)).toEqual([expect.stringMatching(/^step 1 \(wait-exit 100\), exit: no row explains/)]);
    expect(judge(theirs, own, exitOf(3))).toEqual([expect.stringMatching(/: N31 explains\n3\nand not\n2$/)]);
    expect(judge(theirs, own, exitOf(2))).toEqual([]);
  });

  it('is not as in node-cache where a row says otherwise, unless it may be either', () => {
    expect(judge(theirs, caseOf([START, ended(1)]), exitOf(2))).toEqual([expect.stringMatching(/N31 is not seen any more$/)]);
    expect(judge(theirs, caseOf([START, ended(1)]), exitOf(2, 1))).toEqual([]);
  });

  it('is not judged where node-cache leaves it to chance', () => {
    expect(judge(caseOf([START, ended(1)], ['1 wait-exit 100 exit']), caseOf([START, ended(2)]), NOTHING)).toEqual([]);
  });

  it('is what it was after a step that did not change it', () => {
    const quiet = { do: 'wait 5', seen: { process: 'running' } };
    const made = { do: 'wait 5', seen: { process: 'running', addresses: ['10.96.0.10/32'] } };
    expect(judge(caseOf([START, made, quiet]), caseOf([START, quiet, made]), NOTHING)).toEqual([expect.stringMatching(/^step 1 \(wait 5\), addresses/)]);
  });
});

describe('a line of the log', () => {
  const said = (...lines: readonly string[]): NodeCacheCase => caseOf([START, ended(1, lines)]);
  const explainedBy = (lost: readonly string[], ours: readonly string[]): Explained => ({ facts: [], log: { rows: ['N27'], lost, ours } });

  it('is the same whatever stands before it, and whatever reason follows what people are alerted by', () => {
    const theirs = said('<time> [INFO] one', '[ERROR] Failed to write config file /a - err open /a: no such file or directory');
    expect(judge(theirs, said('[INFO] one', '[ERROR] Failed to write config file /a - err no such file'), NOTHING)).toEqual([]);
  });

  it('is not lost, and not new, without a row', () => {
    expect(judge(said('[ERROR] one'), said('[ERROR] other'), NOTHING)).toEqual(['log: lost without a row: [ERROR] one', 'log: ours alone without a row: [ERROR] other']);
    expect(judge(said('[ERROR] one'), said('[ERROR] other'), explainedBy(['[ERROR] one'], ['[ERROR] other']))).toEqual([]);
    expect(judge(said('[ERROR] one'), said('[ERROR] one'), explainedBy(['[ERROR] one'], []))).toEqual(['log: not lost any more: [ERROR] one']);
  });
});
