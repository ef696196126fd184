import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIFFERENCES } from '../../src/node/differences.ts';
import { note, whyNoNode } from '../node/support/namespace.ts';
import { allCases, casesNote, readCases } from '../support/nodecache-cases.ts';
import type { NodeCacheCase } from '../support/nodecache-cases.ts';
import { CHOICE } from './choice.ts';
import { EVERYWHERE } from './everywhere.ts';
import type { Explained } from './explained.ts';
import { readExplanations, writeExplanations } from './explained.ts';
import { differencesOf, judge } from './judge.ts';
import { record } from './recorder.ts';
import { toReview } from './review.ts';

/** `pnpm test:node-cache`: all of them, or those of a pattern, or what was recorded before; else a choice that is quick. */
const { NODE_CACHE_CASES: pattern, NODE_CACHE_WRITE: writes, NODE_CACHE_JOBS: jobs = '6', NODE_CACHE_SEEN: recording, NODE_CACHE_KEEP: keptAt, NODE_CACHE_AGAIN: again = '2' } = process.env;

/** A machine that has more to do is late, and the cases wait for so long and no longer: what differs is recorded again, by itself. */
const AGAIN_JOBS = 2;

const NOTHING: Explained = { facts: [] };

const chosen = allCases.filter(({ id }) => (pattern === undefined ? CHOICE.includes(id) : new RegExp(pattern).test(id)));
if (pattern !== undefined && allCases.length > 0 && chosen.length === 0) throw new Error(`no case of node-cache has a name that fits ${pattern}`);
/** Recorded where there is a dummy device, which the kernel of this machine may lack. */
const hasDummy = spawnSync('unshare', ['--net', 'ip', 'link', 'add', 'x', 'type', 'dummy']).status === 0;
const kept = recording === undefined ? undefined : new Set(readCases(recording).map(({ id }) => id));
const here = chosen.filter(({ id, kernel }) => (kept === undefined ? kernel === undefined || hasDummy : kept.has(id)));
const elsewhere = chosen.filter((each) => !here.includes(each));
const explanations = readExplanations();
const rows = new Set<string>(DIFFERENCES.map(({ id }) => id));

const ours = new Map<string, NodeCacheCase>();
const problemsOf = (theirs: NodeCacheCase): readonly string[] => {
  const own = ours.get(theirs.id);
  return own === undefined ? ['it was not recorded'] : judge(theirs, own, explanations[theirs.id] ?? NOTHING);
};

describe.skipIf(whyNoNode !== undefined || here.length === 0)(`dns-cache node in the recorded cases of node-cache${casesNote}${note}`, () => {
  beforeAll(async () => {
    if (recording !== undefined) {
      for (const seen of readCases(recording)) ours.set(seen.id, seen);
      return;
    }
    const take = async (ids: readonly string[], atOnce: number): Promise<void> => {
      for (const [id, seen] of await record(ids, atOnce)) ours.set(id, seen);
    };
    await take(here.map(({ id }) => id), Number(jobs));
    for (let times = 0; times < Number(again); times += 1) {
      const late = here.filter((each) => problemsOf(each).length > 0).map(({ id }) => id);
      if (late.length === 0) break;
      process.stdout.write(`recorded again: ${late.join(' ')}\n`);
      await take(late, AGAIN_JOBS);
    }
  }, 3_600_000);

  afterAll(() => {
    if (keptAt !== undefined) writeFileSync(keptAt, [...ours.values()].map((seen) => `${JSON.stringify(seen)}\n`).join(''));
    if (writes === undefined) return;
    const reviewed = here.flatMap((theirs) => {
      const own = ours.get(theirs.id);
      if (own === undefined) return [];
      return [[theirs.id, toReview(differencesOf(theirs, own), explanations[theirs.id] ?? NOTHING)] as const];
    });
    const all = { ...explanations, ...Object.fromEntries(reviewed) };
    const said = allCases.map(({ id }) => [id, all[id] ?? NOTHING] as const).filter(([, { facts, log }]) => facts.length > 0 || log !== undefined);
    writeExplanations(Object.fromEntries(said));
  });

  it.each(here.map((theirs) => [theirs.id, theirs.what, theirs] as const))('%s: %s', (_, __, theirs) => {
    expect(problemsOf(theirs).join('\n')).toBe('');
  });

  it.skipIf(!hasDummy).each(elsewhere.map(({ id, what }) => [id, what] as const))('%s: %s (skipped: needs a kernel with the dummy device)', () => undefined);
});

describe('what is done otherwise', () => {
  it('is explained by rows of the table', () => {
    const named = Object.values(explanations).flatMap(({ facts, log }) => [...facts.flatMap((fact) => fact.rows), ...(log?.rows ?? [])]);
    expect([...named, ...EVERYWHERE.map(({ row }) => row), 'N25', 'N26', 'N29'].filter((row) => !rows.has(row))).toEqual([]);
    expect(Object.entries(explanations).filter(([, { facts, log }]) => [...facts, ...(log === undefined ? [] : [log])].some((each) => each.rows.length === 0))).toEqual([]);
  });

  it.skipIf(allCases.length === 0)(`is seen in cases that there are${allCases.length === 0 ? ' (skipped: they are not here)' : ''}`, () => {
    const ids = new Set(allCases.map(({ id }) => id));
    expect([...Object.keys(explanations), ...CHOICE].filter((id) => !ids.has(id))).toEqual([]);
  });
});
