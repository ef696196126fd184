import { createRecent } from '../../recent.ts';

/*
 * What is remembered of clients, since one question does not say of itself whether a resolver begins with it or has come to it by its
 * list: `web.default.svc.cluster.local.` is where a pod of the namespace default looks for `web` first, and where any pod looks for
 * `web.default` second, or for that whole name last.
 */

/** So many clients, and so many of their questions, are remembered at least. */
const KEPT = 4096;

/** A resolver asks on at once, or after some seconds where it waited in vain. */
const FOLLOWS_WITHIN_MS = 30_000;

export interface SearchMemory {
  /** The client was told that a name does not exist: it may ask for these next. */
  expect(client: string, names: readonly string[], now: number): void;
  /** Whether it came to the name so. */
  isExpected(client: string, name: string, now: number): boolean;
  /** The client's list begins with this namespace: it asked for what only a list makes. */
  learn(client: string, namespace: string): void;
  /** Whether its list may begin so, as far as is known. */
  mayBeOf(client: string, namespace: string): boolean;
}

export const createSearchMemory = (): SearchMemory => {
  const expected = createRecent<number>(KEPT);
  const namespaces = createRecent<string>(KEPT);
  const keyOf = (client: string, name: string): string => `${client} ${name}`;
  return {
    expect(client, names, now) {
      for (const name of names) expected.set(keyOf(client, name), now + FOLLOWS_WITHIN_MS);
    },
    isExpected: (client, name, now) => now < (expected.get(keyOf(client, name)) ?? Number.NEGATIVE_INFINITY),
    learn: (client, namespace) => namespaces.set(client, namespace),
    mayBeOf: (client, namespace) => (namespaces.get(client) ?? namespace) === namespace,
  };
};
