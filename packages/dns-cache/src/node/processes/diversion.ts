import type { Network } from '../network/network.ts';
import type { Kept, KeptNetwork } from '../readiness/kept.ts';
import { keptOf, NOTHING_KEPT } from '../readiness/kept.ts';
import { RETRY_MS } from './limits.ts';

const ATTEMPTS_MAX = 3;

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Keeps the rules as they are wanted, however long a change takes and whatever is wanted meanwhile. */
export interface Diversion {
  /** Rules and link are put in, and kept. */
  want(): void;
  /** Resolves once no query is led here any more; what fails is tried again until it is done, or wanted no longer. */
  stop(): Promise<void>;
  /** Looks at all of it, if it is wanted. */
  look(): void;
  /** Resolves when nothing of it is under way any more: another process may be about to do the same. */
  end(): Promise<void>;
}

/**
 * @param network the one to work with by then: addresses that nobody serves are left out of it later
 * @param changed hears what is known to be there, whenever that is something else
 */
export const createDiversion = (network: () => Network, log: (line: string) => void, changed: (kept: KeptNetwork) => void = () => undefined): Diversion => {
  let kept = NOTHING_KEPT;
  let isWanted = false;
  let hasEnded = false;
  /** Rules of ours may be there. */
  let mayDivert = false;
  let toldAbove: ReadonlySet<string> = new Set();
  let toldMissing = '';
  /** One change after the other; each looks at what is wanted by then. */
  let working: Promise<void> = Promise.resolve();

  const note = (seen: { readonly [Part in keyof KeptNetwork]?: Kept }): void => {
    const before = JSON.stringify(kept);
    kept = { ...kept, ...seen };
    if (JSON.stringify(kept) !== before) changed(kept);
  };

  /** Once for each, as long as they stay. */
  const tellAbove = (above: readonly string[]): void => {
    for (const rule of above) if (!toldAbove.has(rule)) log(`[WARNING] A rule of others stands above ours, and decides first: ${rule}`);
    toldAbove = new Set(above);
  };

  /** Rules for an address that the node does not have would lead queries nowhere. @returns whether there is one */
  const lacksAddresses = async (): Promise<boolean> => {
    const missing = (await network().missingAddresses()).join(' and ');
    if (missing !== '' && missing !== toldMissing) log(`[WARNING] ${missing} is not on this node (-setupinterface=false): queries go to kube-dns until it is`);
    toldMissing = missing;
    if (missing === '') return false;
    note({ rules: { kind: 'failed', reason: `${missing} is not on this node` } });
    if (mayDivert && (await network().stopDiverting()).kind === 'gone') mayDivert = false;
    return true;
  };

  const isOff = (): boolean => !isWanted || hasEnded;

  const keep = async (): Promise<void> => {
    if (isOff()) return;
    note({ link: keptOf(await network().ensureLink()) });
    // It may have been wanted no longer while the link was looked at.
    if (isOff() || (await lacksAddresses()) || isOff()) return;
    const outcome = await network().ensureRules();
    if (outcome.kind !== 'failed') mayDivert = true;
    if (outcome.kind === 'as-wanted') tellAbove(outcome.above);
    if (!isWanted) return;
    const isIn = (): boolean => kept.rules.kind === 'in-place';
    const wasIn = isIn();
    note({ rules: keptOf(outcome) });
    if (isIn() && !wasIn) log('[INFO] The rules are in place: queries are led here');
  };

  const refresh = async (): Promise<void> => {
    if (!isWanted) return;
    const outcome = await network().refresh();
    if (isWanted) note({ rules: keptOf(outcome) });
  };

  const isOver = (): boolean => isWanted || hasEnded;

  const take = async (): Promise<void> => {
    for (let attempt = 1; !isOver(); attempt += 1) {
      const gone = await network().stopDiverting();
      if (gone.kind === 'gone') {
        mayDivert = false;
        return;
      }
      // None ever came in, as far as can be known: the same program fails now that failed then.
      if (!mayDivert && attempt === ATTEMPTS_MAX) return;
      await pause(RETRY_MS);
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
      return then(take);
    },
    look() {
      if (isWanted) void then(keep);
    },
    end() {
      hasEnded = true;
      clearInterval(refreshing);
      return working;
    },
  };
};
