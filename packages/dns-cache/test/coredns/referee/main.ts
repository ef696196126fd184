import { appendFileSync } from 'node:fs';
import process from 'node:process';
import type { RecordedConversation } from '../conversation.ts';
import { readRecorded } from '../conversation.ts';
import { buildCoreDns } from './build.ts';
import { conversationOf } from './generate/conversation.ts';
import type { Judgement } from './judge.ts';
import { judge, recordTwice } from './judge.ts';
import type { Asked } from './options.ts';
import { leftText, sumText } from './report.ts';

/** What is to be judged, one after another. */
interface Work {
  readonly count: number;
  readonly at: (index: number) => Promise<RecordedConversation>;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const workOf = ({ conversations, seed, count, release }: Asked): Work | undefined => {
  if (conversations !== undefined) {
    const recorded = readRecorded(conversations);
    return { count: recorded.length, at: (index) => Promise.resolve(recorded[index] as RecordedConversation) };
  }
  const built = buildCoreDns(release, say);
  if (built.kind === 'missing') {
    process.stdout.write(`skipped: ${built.reason}\n0 passed, 0 failed, ${count} skipped\n`);
    return undefined;
  }
  process.stdout.write(`CoreDNS ${release}, seed ${seed}, ${count} conversations\n`);
  return { count, at: (index) => recordTwice(`r${seed + index}`, conversationOf(seed + index), built.binary) };
};

/** @returns the exit code */
export const main = async (asked: Asked): Promise<number> => {
  const work = workOf(asked);
  if (work === undefined) return 0;
  const judgements: Judgement[] = [];
  let next = 0;
  const takeTurns = async (): Promise<void> => {
    while (next < work.count) {
      const judgement = await judge(await work.at(next++));
      judgements.push(judgement);
      if (process.stderr.isTTY) process.stderr.write(`\r${judgements.length} of ${work.count}`);
      if (judgement.left.length === 0) continue;
      process.stdout.write(leftText(judgement));
      if (asked.keep !== undefined) appendFileSync(asked.keep, `${JSON.stringify(judgement.recorded)}\n`);
    }
  };
  await Promise.all(Array.from({ length: asked.jobs }, takeTurns));
  if (process.stderr.isTTY) process.stderr.write('\r');
  process.stdout.write(sumText(judgements));
  const isWell = judgements.every(({ left }) => left.length === 0);
  if (!isWell && asked.keep === undefined) say('--keep FILE writes such conversations down, --conversations FILE holds them again without CoreDNS');
  return isWell ? 0 : 1;
};
