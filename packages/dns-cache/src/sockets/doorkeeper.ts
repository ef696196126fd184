import { TCP_CONNECTIONS_MAX, TCP_CONNECTIONS_PER_CLIENT_MAX } from './limits.ts';

/**
 * Whether a connection from an address may stay; one that may not is to be closed.
 * @returns what is to be told when it is over
 */
export type Admits = (from: string) => (() => void) | undefined;

/** Counts the connections of clients, those of each listener and all together. */
export interface Doorkeeper {
  /** No more than these in all, from now on. */
  limit(connections: number): void;
  /** For one listener, which counts by address too. */
  admission(): Admits;
}

/** One client may have so much of what there is for all. */
const CLIENT_SHARE = TCP_CONNECTIONS_PER_CLIENT_MAX / TCP_CONNECTIONS_MAX;

export const createDoorkeeper = (): Doorkeeper => {
  let most = TCP_CONNECTIONS_MAX;
  let all = 0;
  return {
    limit(connections) {
      most = connections;
    },
    admission() {
      const perClient = new Map<string, number>();
      let here = 0;
      return (from) => {
        const already = perClient.get(from) ?? 0;
        const client = Math.min(TCP_CONNECTIONS_PER_CLIENT_MAX, Math.ceil(most * CLIENT_SHARE));
        if (all >= most || here >= TCP_CONNECTIONS_MAX || already >= client) return undefined;
        all += 1;
        here += 1;
        perClient.set(from, already + 1);
        return () => {
          all -= 1;
          here -= 1;
          const left = (perClient.get(from) ?? 1) - 1;
          if (left > 0) perClient.set(from, left);
          else perClient.delete(from);
        };
      };
    },
  };
};
