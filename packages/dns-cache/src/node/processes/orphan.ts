import { setTimeout as sleep } from 'node:timers/promises';
import { tryClaim, tryTurn } from './claim.ts';
import { isAgentThere } from './handover.ts';
import { CLAIM_LOOK_MS, CLAIM_MAX_MS, ORPHAN_GRACE_MS, RETRY_MS } from './limits.ts';
import { networkOf } from './network-plan.ts';
import type { ServerBeginning } from './protocol.ts';

/*
 * What servers do about link and rules when their supervisor was killed. One that waited takes the rules away while the one that serves
 * goes on; if there is none, the one that serves does it itself. Where an agent is there, all of it is that one's; and while they take
 * anything away they are in charge of the addresses, so that nobody puts in what they are about to take.
 */

/** Looks for so long. @returns whether it was there */
const comes = async (isThere: () => Promise<boolean>, withinMs: number): Promise<boolean> => {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += CLAIM_LOOK_MS) {
    if (await isThere()) return true;
    await sleep(CLAIM_LOOK_MS);
  }
  return isThere();
};

/**
 * Resolves when the rules are gone that lead queries here, or are another agent's.
 * @param isServing it answers meanwhile
 * @param settle resolves when it has answered what it owes, for which it has the addresses
 */
export const leaveNetwork = async (
  { network: plan, localAddresses, port, stateDirectory }: ServerBeginning,
  isServing: boolean,
  settle: () => Promise<void>,
  log: (line: string) => void,
): Promise<void> => {
  const endpoints = localAddresses.map((address) => ({ address, port }));
  const isThere = (): Promise<boolean> => isAgentThere(stateDirectory);

  /** Does it until it is done, while in charge. @returns whether it was; else an agent has the addresses, though it may not be found */
  const whileAlone = async (isDone: () => Promise<boolean>): Promise<boolean> => {
    for (let refusedMs = 0; refusedMs < CLAIM_MAX_MS; ) {
      const turn = await tryTurn(endpoints);
      if (turn === undefined) {
        // The other one of us is at it, and may be for long, where iptables hangs: no agent is in charge then.
        if (await isThere()) return false;
        await sleep(CLAIM_LOOK_MS);
        continue;
      }
      const claim = await tryClaim(endpoints);
      const isOthers = await isThere();
      const wasDone = claim !== undefined && !isOthers && (await isDone());
      await claim?.release();
      await turn.release();
      if (wasDone) return true;
      if (isOthers) return false;
      await sleep(claim === undefined ? CLAIM_LOOK_MS : RETRY_MS);
      refusedMs = claim === undefined ? refusedMs + CLAIM_LOOK_MS : 0;
    }
    return false;
  };

  if (isServing && (await comes(isThere, ORPHAN_GRACE_MS))) return;
  if (plan === undefined) return;
  const network = networkOf(plan, { log, count: () => undefined });
  if (!(await whileAlone(async () => (await network.stopDiverting()).kind === 'gone'))) return;
  if (isServing) await settle();
  else if (await comes(isThere, ORPHAN_GRACE_MS)) return;
  await whileAlone(async () => {
    await network.remove();
    return true;
  });
};
