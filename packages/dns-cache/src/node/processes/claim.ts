import { once } from 'node:events';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../../address.ts';
import { endpointText } from '../../address.ts';
import { codeOf } from '../../reason.ts';
import { CLAIM_LOOK_MS, CLAIM_MAX_MS } from './limits.ts';

/*
 * Two agents that do not find each other by their -statedir could both bind an address, since servers share it: the kernel would
 * give each a part of the queries, and whoever ends would take away what the other needs. So the one in charge of an address has an
 * abstract socket of its name (unix(7)), which all of a network namespace see, and which is gone with its process.
 */

/** Another agent is in charge of an address, and hands nothing over. */
export class ClaimedError extends Error {
  constructor(endpoint: Endpoint) {
    super(`another agent serves ${endpointText(endpoint)} on this node; end it, or give this one its -statedir, by which one goes on in the other's place`);
    this.name = 'ClaimedError';
  }
}

/** Nobody else is in charge while it lasts. */
export interface Claim {
  release(): Promise<void>;
}

const claimOne = async (endpoint: Endpoint, what: string): Promise<Server | 'claimed'> => {
  const server = createServer((socket) => socket.destroy());
  server.listen(`\0nodelocal-dns-cache ${what}${endpointText(endpoint)}`);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return 'claimed';
    throw error;
  }
};

/** The first of these that is another's, or all of them. */
const claimAll = async (endpoints: readonly Endpoint[], what = ''): Promise<Claim | { readonly claimed: Endpoint }> => {
  const servers: Server[] = [];
  const release = async (): Promise<void> => {
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  };
  for (const endpoint of endpoints) {
    const server = await claimOne(endpoint, what);
    if (server === 'claimed') {
      await release();
      return { claimed: endpoint };
    }
    servers.push(server);
  }
  return { release };
};

/** To be in charge of these for a while; `undefined` where somebody else is. */
export const tryClaim = async (endpoints: readonly Endpoint[]): Promise<Claim | undefined> => {
  const claim = await claimAll(endpoints);
  return 'release' in claim ? claim : undefined;
};

/** To be the only one that tries to, of those that nobody is in charge of any more; `undefined` where it is another's turn. */
export const tryTurn = async (endpoints: readonly Endpoint[]): Promise<Claim | undefined> => {
  const turn = await claimAll(endpoints, 'turn ');
  return 'release' in turn ? turn : undefined;
};

/** To be in charge when nobody else is any more, or is about to be; however long that takes. */
export const awaitCharge = async (endpoints: readonly Endpoint[], othersGone: () => Promise<void>): Promise<Claim> => {
  for (;;) {
    await othersGone();
    const claim = await tryClaim(endpoints);
    if (claim !== undefined) return claim;
    await sleep(CLAIM_LOOK_MS);
  }
};

export interface ClaimOptions<Predecessor> {
  readonly endpoints: readonly Endpoint[];
  /** Somebody in whose place one may go on: then nothing is claimed. */
  readonly findPredecessor: () => Promise<Predecessor | undefined>;
  /** Ends the waiting for one that is about to end itself. */
  readonly isToldToEnd: () => boolean;
  readonly log: (line: string) => void;
}

/** @throws ClaimedError */
export const takeCharge = async <Predecessor>({ endpoints, findPredecessor, isToldToEnd, log }: ClaimOptions<Predecessor>): Promise<
  { readonly kind: 'alone'; readonly claim: Claim } | { readonly kind: 'successor'; readonly predecessor: Predecessor }
> => {
  for (let waitedMs = 0; ; waitedMs += CLAIM_LOOK_MS) {
    const predecessor = await findPredecessor();
    if (predecessor !== undefined) return { kind: 'successor', predecessor };
    const claim = await claimAll(endpoints);
    if ('release' in claim) return { kind: 'alone', claim };
    if (waitedMs >= CLAIM_MAX_MS || isToldToEnd()) throw new ClaimedError(claim.claimed);
    if (waitedMs === 0) log(`[INFO] Another agent serves ${endpointText(claim.claimed)}; waiting for its end`);
    await sleep(CLAIM_LOOK_MS);
  }
};
