import { appendFileSync } from 'node:fs';
import process from 'node:process';
import type { RecordedConversation, WrittenConversation } from '../conversation.ts';
import { readWritten } from '../conversation.ts';
import { buildCoreDns } from './build.ts';
import { conversationOf } from './generate/conversation.ts';
import type { Judgement } from './judge.ts';
import { judge, recordTwice } from './judge.ts';
import { judgeFiles, judgeOddFiles } from './judge-files.ts';
import { whyNotAlone } from './odd-files.ts';
import type { Asked } from './options.ts';
import { leftText, sumText } from './report.ts';

/** What is to be judged, one after another. */
interface Work {
  readonly count: number;
  readonly at: (index: number) => Promise<RecordedConversation>;
  /** Whether CoreDNS holds it only now. */
  readonly isFresh: (index: number) => boolean;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const skip = (reason: string, count: number): void => void process.stdout.write(`skipped: ${reason}\n0 passed, 0 failed, ${count} skipped\n`);

const freshWork = ({ seed, count }: Asked, binary: string): Work => ({
  count,
  at: (index) => recordTwice(`r${seed + index}`, conversationOf(seed + index), binary),
  isFresh: () => true,
});

/** Those of a file; lines that do not say what CoreDNS does are held with it now. */
const writtenWork = (lines: readonly WrittenConversation[], binary: string): Work => ({
  count: lines.length,
  async at(index) {
    const line = lines[index];
    if (line === undefined) throw new RangeError(`there are ${lines.length} conversations`);
    return line.seen === undefined ? recordTwice(line.id, line.case, binary) : { ...line, seen: line.seen };
  },
  isFresh: (index) => lines[index]?.seen === undefined,
});

const workOf = (asked: Asked): Work | undefined => {
  const { conversations, seed, count, release } = asked;
  const written = conversations === undefined ? undefined : readWritten(conversations);
  if (written?.every(({ seen }) => seen !== undefined) === true) return writtenWork(written, '');
  const built = buildCoreDns(release, say);
  if (built.kind === 'missing') {
    skip(built.reason, written?.length ?? count);
    return undefined;
  }
  process.stdout.write(`CoreDNS ${release}, ${written === undefined ? `seed ${seed}, ${count}` : written.length} conversations\n`);
  return written === undefined ? freshWork(asked, built.binary) : writtenWork(written, built.binary);
};

/** @returns the exit code */
const judgeFresh = async (asked: Asked): Promise<number> => {
  const { release, seed, count } = asked;
  const built = buildCoreDns(release, say);
  const reason = built.kind === 'missing' ? built.reason : whyNotAlone();
  if (built.kind === 'missing' || reason !== undefined) {
    skip(reason ?? '', count);
    return 0;
  }
  process.stdout.write(`CoreDNS ${release}, seed ${seed}, ${count} Corefiles\n`);
  return await judgeOddFiles(asked, built.binary);
};

/** @returns the exit code */
export const main = async (asked: Asked): Promise<number> => {
  if (asked.files !== undefined) return judgeFiles(asked.files);
  if (asked.oddFiles) return await judgeFresh(asked);
  const work = workOf(asked);
  if (work === undefined) return 0;
  const judgements: Judgement[] = [];
  const doubtful: number[] = [];
  const take = (index: number, judgement: Judgement): void => {
    judgements.push(judgement);
    if (process.stderr.isTTY) process.stderr.write(`\r${judgements.length} of ${work.count}`);
    process.stdout.write(leftText(judgement));
    const isToKeep = judgement.left.length > 0 || (asked.conversations !== undefined && work.isFresh(index));
    if (isToKeep && asked.keep !== undefined) appendFileSync(asked.keep, `${JSON.stringify(judgement.recorded)}\n`);
  };
  let next = 0;
  const takeTurns = async (): Promise<void> => {
    while (next < work.count) {
      const index = next++;
      const judgement = await judge(await work.at(index), asked.release);
      if (judgement.left.length > 0 && work.isFresh(index)) doubtful.push(index);
      else take(index, judgement);
    }
  };
  await Promise.all(Array.from({ length: asked.jobs }, takeTurns));
  // Several at once make a machine busy, and a server late. What differs for another reason differs again.
  for (const index of doubtful) {
    const judgement = await judge(await work.at(index), asked.release);
    if (judgement.left.length === 0) process.stdout.write(`${judgement.recorded.id}: differs, and does not when it is held alone\n`);
    take(index, judgement);
  }
  if (process.stderr.isTTY) process.stderr.write('\r');
  process.stdout.write(sumText(judgements));
  const isWell = judgements.every(({ left }) => left.length === 0);
  if (!isWell && asked.keep === undefined) say('--keep FILE writes such conversations down, --conversations FILE holds them again without CoreDNS');
  return isWell ? 0 : 1;
};
