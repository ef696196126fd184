import { setTimeout as sleep } from 'node:timers/promises';
import type { Network } from '../network/network.ts';
import type { Kept, KeptNetwork } from '../readiness/kept.ts';
import { keptOf, NOTHING_KEPT } from '../readiness/kept.ts';
import { RETRY_MS } from './limits.ts';

const ATTEMPTS_MAX = 3;

/** Keeps the rules as they are wanted, however long a change takes and whatever is wanted meanwhile. */
export interface Diversion {
  /** Rules and link are put in, and kept. */
  want(): void;
  /** Resolves once no query is led here any more; what fails is tried again until it is done, or wanted no longer. */
  stop(): Promise<void>;
  /** Looks at all of it, if it is wanted. */
  look(): void;
  end(): void;
}

/**
 * @param network the one to work with by then: addresses that nobody serves are left out of it later
 * @param changed hears what is known to be there, whenever that is something else
 */
export const createDiversion = (network: () => Network, changed: (kept: KeptNetwork) => void): Diversion => {
  let kept = NOTHING_KEPT;
  let isWanted = false;
  let hasEnded = false;
  /** Rules of ours may be there. */
  let mayDivert = false;
  /** One change after the other; each looks at what is wanted by then. */
  let working: Promise<void> = Promise.resolve();

  const note = (seen: { readonly [Part in keyof KeptNetwork]?: Kept }): void => {
    const before = JSON.stringify(kept);
    kept = { ...kept, ...seen };
    if (JSON.stringify(kept) !== before) changed(kept);
  };

  const keep = async (): Promise<void> => {
    if (!isWanted || hasEnded) return;
    note({ link: keptOf(await network().ensureLink()) });
    // It may have been wanted no longer while the link was looked at.
    if (!isWanted) return;
    const outcome = await network().ensureRules();
    if (outcome.kind !== 'failed') mayDivert = true;
    if (isWanted) note({ rules: keptOf(outcome) });
  };

  const refresh = async (): Promise<void> => {
    if (!isWanted) return;
    const outcome = await network().refresh();
    if (isWanted) note({ rules: keptOf(outcome) });
  };

  const take = async (attempt = 1): Promise<void> => {
    if (isWanted || hasEnded) return;
    const gone = await network().stopDiverting();
    if (gone.kind === 'gone') mayDivert = false;
    // None ever came in, as far as can be known: the same program fails now that failed then.
    else if (mayDivert || attempt < ATTEMPTS_MAX) {
      await sleep(RETRY_MS);
      await take(attempt + 1);
    }
  };

  const then = (work: () => Promise<void>): Promise<void> => {
    working = working.then(work);
    return working;
  };

  const { refreshEveryMs } = network();
  const refreshing =
    refreshEveryMs === undefined
      ? undefined
      : setInterval(() => void refresh(), refreshEveryMs);

  return {
    want() {
      isWanted = true;
      void then(keep);
    },
    stop() {
      isWanted = false;
      note({ rules: NOTHING_KEPT.rules });
      return then(() => take());
    },
    look() {
      if (isWanted) void then(keep);
    },
    end() {
      hasEnded = true;
      clearInterval(refreshing);
    },
  };
};
