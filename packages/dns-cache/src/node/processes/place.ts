import type { Endpoint } from '../../address.ts';
import type { InheritedSocket } from '../../loop/inherited.ts';
import type { SystemCalls } from '../../loop/system-calls.ts';
import { reasonOf } from '../../reason.ts';
import type { Claim } from './claim.ts';
import { takeCharge } from './claim.ts';
import { findPredecessor } from './handover.ts';

export interface PlaceOptions {
  readonly endpoints: readonly Endpoint[];
  readonly calls: SystemCalls;
  /** Where an agent before is found; `undefined`: nowhere. */
  readonly stateDirectory: string | undefined;
  readonly isToldToEnd: () => boolean;
  readonly log: (line: string) => void;
}

/** An agent's place on its node: its own from the beginning, or that of an agent before, which serves there until this one can. */
export interface Place {
  /** The one before has link and rules still. */
  readonly isOthers: boolean;
  /** What the one before serves. @throws Error */
  sockets(): Promise<readonly InheritedSocket[]>;
  /** Resolves when a server of ours may read those. */
  ready(): Promise<void>;
  /** Link and rules are ours from here on, once for all. @returns whether they were not before */
  takeOver(): Promise<boolean>;
  /** Another may be in charge here. */
  release(): Promise<void>;
  /** The one before may go on: nothing of ours is left. */
  dismiss(): void;
}

/** @throws ClaimedError */
export const takePlace = async ({ endpoints, calls, stateDirectory, isToldToEnd, log }: PlaceOptions): Promise<Place> => {
  const find = async () => (stateDirectory === undefined ? undefined : findPredecessor(calls, stateDirectory));
  const charge = await takeCharge({ endpoints, findPredecessor: find, isToldToEnd, log });
  const predecessor = charge.kind === 'successor' ? charge.predecessor : undefined;
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

  return {
    get isOthers() {
      return isOthers;
    },
    sockets: async () => (await predecessor?.sockets()) ?? [],
    ready() {
      yielded ??= predecessor?.yield().catch((error: unknown) => log(`[WARNING] ${reasonOf(error)}; going on without it`)) ?? Promise.resolve();
      return yielded;
    },
    async takeOver() {
      if (!isOthers) return false;
      isOthers = false;
      await predecessor?.done().catch((error: unknown) => log(`[WARNING] ${reasonOf(error)}`));
      // Nobody waits for it: where the one before hangs, pods need their rules all the same.
      claim = claimAfter();
      log('[INFO] Went on in the place of the agent before');
      return true;
    },
    async release() {
      await (await claim)?.release();
    },
    dismiss: () => predecessor?.dismiss(),
  };
};
