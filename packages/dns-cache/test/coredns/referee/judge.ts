import process from 'node:process';
import { CorefileError } from '@nodelocal/dns-cache';
import type { CoreDnsRelease } from '../../../src/referee/differences.ts';
import { PROGRAM } from '../../support/program.ts';
import { differences } from '../compare.ts';
import type { Conversation, RecordedConversation, Seen } from '../conversation.ts';
import type { Explained } from '../explain.ts';
import { explain, explainStart } from '../explain.ts';
import { isPlain, unfounded } from '../plain.ts';
import { isForAgent, play } from '../play.ts';
import { record } from './record.ts';

/** What came of a conversation that both have held. */
export interface Judgement {
  readonly recorded: RecordedConversation;
  readonly steps: number;
  /** Those in which CoreDNS itself does another thing each time. */
  readonly skipped: number;
  readonly explained: readonly Explained[];
  /** What no row explains; and of plain conversations what a row explains that may not. */
  readonly left: readonly Explained[];
}

/** The steps in which two recordings of the same server differ: chance or time is in them. */
const unstableSteps = (one: Seen, other: Seen): readonly number[] =>
  one.steps.flatMap((step, at) => (differences(step, other.steps[at] ?? {}).length > 0 || differences(other.steps[at] ?? {}, step).length > 0 ? [at] : []));

/** Has a server hold it twice. */
export const recordTwice = async (id: string, conversation: Conversation, binary: string, words: readonly string[] = []): Promise<RecordedConversation> => {
  const command = [binary, ...words, '-conf'];
  const [seen, again] = await Promise.all([record(conversation, command), record(conversation, command)]);
  return { id, case: conversation, seen, unstable: unstableSteps(seen, again) };
};

/** What ours does, and the steps in which it does another thing each time. */
interface Ours {
  readonly seen: Seen;
  readonly unstable: readonly number[];
}

/** The name server alone in virtual time, or where signals and files are part of it the program, on sockets. */
const oursOf = async (id: string, conversation: Conversation, theirs: Seen): Promise<Ours> => {
  if (isForAgent(conversation)) {
    const { seen, unstable = [] } = await recordTwice(id, conversation, process.execPath, [PROGRAM, 'serve']);
    return { seen, unstable };
  }
  try {
    return { seen: await play(conversation, theirs), unstable: [] };
  } catch (error) {
    if (error instanceof CorefileError) return { seen: { started: false, said: [error.message], steps: [] }, unstable: [] };
    throw error;
  }
};

export const judge = async (recorded: RecordedConversation, release: CoreDnsRelease = '1.15.0'): Promise<Judgement> => {
  const { seen } = recorded;
  const { seen: ours, unstable: unsteady } = await oursOf(recorded.id, recorded.case, seen);
  const unstable = [...new Set([...(recorded.unstable ?? []), ...unsteady])];
  if (!seen.started || !ours.started) {
    const begins = explainStart(recorded, ours, release);
    return { recorded, steps: 1, skipped: 0, explained: begins.filter(({ row }) => row !== undefined), left: begins.filter(({ row }) => row === undefined) };
  }
  const all = explain({ ...recorded, unstable }, ours, release);
  return {
    recorded,
    steps: recorded.case.steps.length,
    skipped: unstable.length,
    explained: all.filter(({ row }) => row !== undefined),
    left: [...all.filter(({ row }) => row === undefined), ...(release === '1.15.0' && isPlain(recorded.case) ? unfounded(all) : [])],
  };
};
