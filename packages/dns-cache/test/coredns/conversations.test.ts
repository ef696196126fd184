import { CorefileError } from '@nodelocal/dns-cache';
import { beforeAll, describe, expect, it } from 'vitest';
import { touching } from '../../src/referee/touching.ts';
import { hasShared } from '../support/shared.ts';
import { readConversations, readKinds } from './conversation.ts';
import { explain } from './explain.ts';
import { readKept } from './kept.ts';
import { OF_THE_COMPARISON } from './of-the-comparison.ts';
import { isPlain, unfounded } from './plain.ts';
import { isForAgent, play, read } from './play.ts';
import { judge } from './referee/judge.ts';
import { ROWS } from './rows.ts';

const isHere = hasShared('coredns-cases');
const note = isHere ? '' : ' (skipped: the CoreDNS cases are not here)';
const played = isHere ? readConversations().filter((one) => !isForAgent(one.case)) : [];
const [started, refused] = [played.filter(({ seen }) => seen.started), played.filter(({ seen }) => !seen.started)];

describe.skipIf(!isHere)(`recorded conversations with CoreDNS${note}`, () => {
  const used = new Set<string>();
  const left: string[] = [];
  const untouched: string[] = [];
  const beside: string[] = [];

  beforeAll(async () => {
    for (const one of started) {
      const touched = new Set([...OF_THE_COMPARISON, ...touching(read(one.case).written.blocks).map(({ difference }) => difference.id)]);
      const explained = explain(one, await play(one.case, one.seen));
      if (isPlain(one.case)) beside.push(...unfounded(explained).map(({ step, kind, row }) => `${one.id} step ${step}: ${kind}: ${row}`));
      for (const { step, kind, row } of explained) {
        if (row === undefined) left.push(`${one.id} step ${step}: ${kind}`);
        else if (touched.has(row)) used.add(row);
        else untouched.push(`${one.id}: ${row}`);
      }
    }
  }, 60_000);

  it('differ in nothing but what rows explain', () => {
    expect(left).toEqual([]);
  });

  it('and plain ones in the log and the metrics only as what was told wants it', () => {
    expect(started.filter((one) => isPlain(one.case)).length).toBeGreaterThan(50);
    expect(beside).toEqual([]);
  });

  it('and in nothing of which `check --against-coredns` does not say that it touches the Corefile', () => {
    expect(untouched).toEqual([]);
  });

  it.each(refused.map((one) => [one.id, one] as const))('%s does not begin, as with CoreDNS', async (_, one) => {
    await expect(play(one.case, one.seen)).rejects.toThrow(CorefileError);
  });

  it('and the kinds of difference, and what was kept, need every row', async () => {
    const all = [...readKinds().filter((kind) => !isForAgent(kind.case)), ...readKept()];
    const hold = async (some: typeof all): Promise<void> => {
      const judged = await Promise.all(some.map((one) => judge(one)));
      for (const { row } of judged.flatMap(({ explained }) => explained)) if (row !== undefined) used.add(row);
    };
    const unused = (): readonly string[] => ROWS.map(({ id }) => id).filter((id) => !used.has(id));
    await hold(all);
    // What the program does is held twice, and on a busy machine it is not always the same: then that step says nothing.
    for (let times = 0; times < 3 && unused().length > 0; times += 1) await hold(all.filter((one) => isForAgent(one.case)));
    expect(unused()).toEqual([]);
  }, 120_000);
});
