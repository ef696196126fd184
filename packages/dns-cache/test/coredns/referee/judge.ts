import process from 'node:process';
import { CorefileError } from '@nodelocal/dns-cache';
import { PROGRAM } from '../../support/program.ts';
import { differences } from '../compare.ts';
import type { Conversation, RecordedConversation, Seen } from '../conversation.ts';
import type { Explained } from '../explain.ts';
import { explain } from '../explain.ts';
import { isForAgent, play } from '../play.ts';
import { record } from './record.ts';

/** What came of a conversation that both have held. */
export interface Judgement {
  readonly recorded: RecordedConversation;
  readonly steps: number;
  /** Those in which CoreDNS itself does another thing each time. */
  readonly skipped: number;
  readonly explained: readonly Explained[];
  /** What no row explains. */
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

/** What ours does: the name server alone in virtual time, or where signals and files are part of it the program, on sockets. */
const oursOf = async (conversation: Conversation, theirs: Seen): Promise<Seen> => {
  if (isForAgent(conversation)) return record(conversation, [process.execPath, PROGRAM, 'serve', '-conf']);
  try {
    return await play(conversation, theirs);
  } catch (error) {
    if (error instanceof CorefileError) return { started: false, said: [error.message], steps: [] };
    throw error;
  }
};

export const judge = async (recorded: RecordedConversation): Promise<Judgement> => {
  const { seen, unstable = [] } = recorded;
  const ours = await oursOf(recorded.case, seen);
  if (!seen.started || !ours.started) {
    const begins: Explained = { kind: 'starts', theirs: seen.said ?? seen.started, ours: ours.said ?? ours.started, step: -1, row: undefined };
    return { recorded, steps: 1, skipped: 0, explained: [], left: seen.started === ours.started ? [] : [begins] };
  }
  const all = explain(recorded, ours);
  return {
    recorded,
    steps: recorded.case.steps.length,
    skipped: unstable.length,
    explained: all.filter(({ row }) => row !== undefined),
    left: all.filter(({ row }) => row === undefined),
  };
};
