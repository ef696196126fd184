import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { readOddFiles } from '../conversation.ts';
import { complaint, fileRow, isExplained } from '../files.ts';
import type { GeneratedFile } from './generate/odd-file.ts';
import { oddFileOf } from './generate/odd-file.ts';
import type { Begins } from './odd-files.ts';
import { beginWith } from './odd-files.ts';
import type { Asked } from './options.ts';

/** Of so many, one is begun as a program too, sockets and all. */
const AS_PROGRAM_EACH = 10;

/** Judges recorded ones. @returns the exit code */
export const judgeFiles = (path: string): number => {
  const files = readOddFiles(path);
  const left = files.filter((file) => !isExplained(file));
  for (const file of left) process.stdout.write(`${file.id}: ${file.starts ? 'starts with CoreDNS, and not here' : 'starts here, and not with CoreDNS'}: ${complaint(file) ?? file.what.join(', ')}\n`);
  process.stdout.write(`${files.length - left.length} passed, ${left.length} failed\n`);
  return left.length === 0 ? 0 : 1;
};

const lastOf = (begins: Begins): string => (begins.kind === 'refuses' ? (begins.says.at(-1) ?? 'without a word') : '');

/** Why only one of them starts with it: a row's reason, or `undefined` where there is none. */
const reasonOf = ({ corefile }: GeneratedFile, theirs: Begins, ours: Begins): string | undefined =>
  theirs.kind === 'starts' ? fileRow(corefile, 'ours', lastOf(ours))?.why : fileRow(corefile, 'coredns', lastOf(theirs))?.why;

/** Has both begin with fresh ones. @returns the exit code */
export const judgeOddFiles = async ({ seed, count, jobs, keep }: Asked, binary: string): Promise<number> => {
  const reasons = new Map<string, number>();
  const sum = { starts: 0, judged: 0, failed: 0 };
  const judgeOne = async (index: number): Promise<void> => {
    const id = `o${seed + index}`;
    const file = oddFileOf(seed + index);
    const { theirs, ours } = await beginWith(file, binary, index % AS_PROGRAM_EACH === 0);
    sum.judged += 1;
    if (theirs.kind === 'starts') sum.starts += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r${sum.judged} of ${count}`);
    if (theirs.kind === ours.kind) return;
    const why = reasonOf(file, theirs, ours);
    if (why !== undefined) {
      reasons.set(why, (reasons.get(why) ?? 0) + 1);
      return;
    }
    sum.failed += 1;
    process.stdout.write(`${id} (${file.what.join(', ')})\n  CoreDNS: ${theirs.kind} ${lastOf(theirs)}\n  here:    ${ours.kind} ${lastOf(ours)}\n`);
    if (keep !== undefined) appendFileSync(keep, `${JSON.stringify({ id, what: file.what, corefile: file.corefile, starts: theirs.kind === 'starts', ...(theirs.kind === 'refuses' && { says: theirs.says }) })}\n`);
  };
  let next = 0;
  const takeTurns = async (): Promise<void> => {
    while (next < count) await judgeOne(next++);
  };
  await Promise.all(Array.from({ length: jobs }, takeTurns));
  if (process.stderr.isTTY) process.stderr.write('\r');
  for (const [why, times] of [...reasons].toSorted(([, one], [, other]) => other - one)) process.stdout.write(`  ${times}: ${why}\n`);
  process.stdout.write(`CoreDNS starts with ${sum.starts} of them\n${sum.judged - sum.failed} passed, ${sum.failed} failed\n`);
  return sum.failed === 0 ? 0 : 1;
};
