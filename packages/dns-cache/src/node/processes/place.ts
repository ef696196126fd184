import type { Endpoint } from '../../address.ts';
import type { InheritedSocket } from '../../loop/inherited.ts';
import type { SystemCalls } from '../../loop/system-calls.ts';
import { reasonOf } from '../../reason.ts';
import type { Claim } from './claim.ts';
import { takeCharge } from './claim.ts';
import type { Predecessor } from './handover.ts';
import { findPredecessor } from './handover.ts';

export interface PlaceOptions {
  readonly endpoints: readonly Endpoint[];
  readonly calls: SystemCalls;
  /** Where an agent before is found; `undefined`: nowhere. */
  readonly stateDirectory: string | undefined;
  readonly isToldToEnd: () => boolean;
  /** In charge already, from the term before. */
  readonly held: Claim | undefined;
  readonly log: (line: string) => void;
}

/** An agent's place on its node: its own from the beginning, or that of an agent before, which serves there until this one can. */
export interface Place {
  /** The one before has link and rules still. */
  readonly isOthers: boolean;
  /** What the one before serves; none where it is gone meanwhile. @throws Error */
  sockets(): Promise<readonly InheritedSocket[]>;
  /** Resolves when a server of ours may read those. */
  ready(): Promise<void>;
  /** Link and rules are ours from here on, once for all. @returns whether they were not before */
  takeOver(): Promise<boolean>;
  /** For the next term. */
  handOn(): Promise<Claim | undefined>;
  /** Another may be in charge here. */
  release(): Promise<void>;
  /** The one before may go on. */
  dismiss(): void;
}

/** @throws ClaimedError */
export const takePlace = async ({ endpoints, calls, stateDirectory, isToldToEnd, held, log }: PlaceOptions): Promise<Place> => {
  const find = async () => (stateDirectory === undefined ? undefined : findPredecessor(calls, stateDirectory));
  const charge = held === undefined ? await takeCharge({ endpoints, findPredecessor: find, isToldToEnd, log }) : ({ kind: 'alone', claim: held } as const);
  let predecessor = charge.kind === 'successor' ? charge.predecessor : undefined;
  let isOthers = predecessor !== undefined;
  let claim: Promise<Claim | undefined> = Promise.resolve(charge.kind === 'alone' ? charge.claim : undefined);
  let yielded: Promise<void> | undefined;

  /** The one before has let go of it, or is gone. */
  const claimAfter = async (): Promise<Claim | undefined> => {
    try {
      const now = await takeCharge({ endpoints, findPredecessor: () => Promise.resolve(undefined), isToldToEnd, log });
      return now.kind === 'alone' ? now.claim : undefined;
    } catch (error) {
      log(`[WARNING] ${reasonOf(error)}`);
      return undefined;
    }
  };

  /** Asks the one before, by another connection where it has begun anew; `undefined`: it is gone, and nobody else in charge. */
  const ask = async <Answer>(question: (asked: Predecessor) => Promise<Answer | 'closed'>): Promise<Answer | undefined> => {
    while (predecessor !== undefined) {
      const answer = await question(predecessor);
      if (answer !== 'closed') return answer;
      const next = await takeCharge({ endpoints, findPredecessor: find, isToldToEnd, log });
      predecessor = next.kind === 'successor' ? next.predecessor : undefined;
      if (next.kind === 'alone') claim = Promise.resolve(next.claim);
    }
    return undefined;
  };

  const yieldOnce = async (): Promise<void> => {
    try {
      await ask((asked) => asked.yield());
    } catch (error) {
      log(`[WARNING] ${reasonOf(error)}; going on without it`);
    }
  };

  return {
    get isOthers() {
      return isOthers;
    },
    async sockets() {
      const sockets = await ask((asked) => asked.sockets());
      isOthers = predecessor !== undefined;
      return sockets ?? [];
    },
    ready() {
      yielded ??= yieldOnce();
      return yielded;
    },
    async takeOver() {
      if (!isOthers) return false;
      isOthers = false;
      await predecessor?.done().catch((error: unknown) => log(`[WARNING] ${reasonOf(error)}`));
      // Nobody waits for it: where the one before hangs, pods need their rules all the same.
      if (predecessor !== undefined) claim = claimAfter();
      log('[INFO] Went on in the place of the agent before');
      return true;
    },
    handOn: () => claim,
    async release() {
      await (await claim)?.release();
    },
    dismiss: () => predecessor?.dismiss(),
  };
};
