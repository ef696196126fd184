import type { Endpoint } from '../../address.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InheritedSocket } from '../../loop/inherited.ts';
import type { SystemCalls } from '../../loop/system-calls.ts';
import { reasonOf } from '../../reason.ts';
import type { Claim } from './claim.ts';
import { ClaimedError, takeCharge, tryClaim } from './claim.ts';
import type { Predecessor } from './handover.ts';
import { findPredecessor } from './handover.ts';
import { CLAIM_LOOK_MS } from './limits.ts';

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
  /** What the one before serves; none where it is gone meanwhile. @throws Error, ClaimedError where it was told to end */
  sockets(): Promise<readonly InheritedSocket[]>;
  /**
   * Resolves when a server of ours may read those; `isOthers` no longer where the one before is gone.
   * @returns whether it may: else there is another agent now, or the same with other sockets, and all begins anew
   */
  ready(): Promise<boolean>;
  /** Link and rules are ours from here on, once for all. */
  takeOver(): Promise<void>;
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
  let yielded: Promise<boolean> | undefined;
  let isOver = false;

  /** When the one before has let go of it, or is gone; however long that takes. */
  const claimAfter = async (): Promise<Claim | undefined> => {
    for (;;) {
      if (isOver) return undefined;
      const now = await tryClaim(endpoints);
      if (now !== undefined) return now;
      await sleep(CLAIM_LOOK_MS);
    }
  };

  const settleClaim = (): Promise<Claim | undefined> => {
    isOver = true;
    return claim;
  };

  const chargeAgain = async () => {
    // One that was killed has its door open for a moment longer; one that is about to hand over to yet another says so each time.
    await sleep(CLAIM_LOOK_MS);
    return takeCharge({ endpoints, findPredecessor: find, isToldToEnd, log });
  };

  /** Asks the one before, by another connection where it has begun anew; `undefined`: it is gone, and nobody else in charge. */
  const ask = async <Answer>(question: (asked: Predecessor) => Promise<Answer | 'closed'>): Promise<Answer | undefined> => {
    while (predecessor !== undefined) {
      const answer = await question(predecessor);
      if (answer !== 'closed') return answer;
      const next = await chargeAgain();
      predecessor = next.kind === 'successor' ? next.predecessor : undefined;
      if (next.kind === 'alone') claim = Promise.resolve(next.claim);
    }
    return undefined;
  };

  const yieldOnce = async (): Promise<boolean> => {
    try {
      if ((await predecessor?.yield()) !== 'closed') return true;
      const next = await chargeAgain();
      if (next.kind === 'successor') {
        next.predecessor.dismiss();
        return false;
      }
      claim = Promise.resolve(next.claim);
      predecessor = undefined;
      isOthers = false;
    } catch (error) {
      log(`[WARNING] ${reasonOf(error)}; going on without it`);
    }
    return true;
  };

  return {
    get isOthers() {
      return isOthers;
    },
    async sockets() {
      const sockets = await ask((asked) => {
        const [first] = endpoints;
        // The one before may hand over to yet another for as long as it likes.
        if (first !== undefined && isToldToEnd()) throw new ClaimedError(first);
        return asked.sockets();
      });
      isOthers = predecessor !== undefined;
      return sockets ?? [];
    },
    ready() {
      yielded ??= yieldOnce();
      return yielded;
    },
    async takeOver() {
      if (!isOthers) return;
      isOthers = false;
      await ask((asked) => asked.done()).catch((error: unknown) => log(`[WARNING] ${reasonOf(error)}`));
      // Nobody waits for it: where the one before hangs, pods need their rules all the same.
      if (predecessor !== undefined) claim = claimAfter();
      log('[INFO] Went on in the place of the agent before');
    },
    handOn: settleClaim,
    async release() {
      await (await settleClaim())?.release();
    },
    dismiss: () => predecessor?.dismiss(),
  };
};
