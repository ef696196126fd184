import { hashText } from '../../hash.ts';
import { BOARD_OCTETS } from '../../message/share.ts';

/*
 * What is remembered of clients, since one question does not say of itself whether a resolver begins with it or has come to it by its
 * list: `web.default.svc.cluster.local.` is where a pod of the namespace default looks for `web` first, and where any pod looks for
 * `web.default` second, or for that whole name last.
 *
 * A resolver's questions come to different threads, so that all of them write on one board. There are hashes on it, in 32,768 rows for
 * either kind; what comes to a row that is taken takes it.
 */

/** A resolver asks on at once, or after some seconds where it waited in vain. */
const FOLLOWS_WITHIN_SECONDS = 30;

/** Two numbers: of whom, or of what, the row is; and what there is to know. */
const ROW = 2;

const SECOND_SEED = 0x2f6e2b1;

export interface SearchMemory {
  /** The client was told that a name does not exist: it may ask for these next. */
  expect(client: string, names: readonly string[], nowSeconds: number): void;
  /** Whether it came to the name so. */
  isExpected(client: string, name: string, nowSeconds: number): boolean;
  /** The client's list begins with this namespace: it asked for what only a list makes. */
  learn(client: string, namespace: string): void;
  /** Whether its list may begin so, as far as is known. */
  mayBeOf(client: string, namespace: string): boolean;
}

interface Table {
  get(key: string): number | undefined;
  set(key: string, value: number): void;
}

/** Rows of a part of the board; 0 is nobody's. */
const tableOf = (board: ArrayBufferLike, part: 0 | 1): Table => {
  const half = BOARD_OCTETS / 2;
  const rows = new Int32Array(board, part * half, half / Int32Array.BYTES_PER_ELEMENT);
  const rowOf = (key: string): number => (hashText(key) % (rows.length / ROW)) * ROW;
  const markOf = (key: string): number => hashText(key, key.length, SECOND_SEED) | 1;
  return {
    get(key) {
      const row = rowOf(key);
      return Atomics.load(rows, row) === (markOf(key) | 0) ? Atomics.load(rows, row + 1) : undefined;
    },
    set(key, value) {
      const row = rowOf(key);
      Atomics.store(rows, row + 1, value);
      Atomics.store(rows, row, markOf(key));
    },
  };
};

export const createSearchMemory = (board: ArrayBufferLike = new ArrayBuffer(BOARD_OCTETS)): SearchMemory => {
  const [expected, namespaces] = [tableOf(board, 0), tableOf(board, 1)];
  const keyOf = (client: string, name: string): string => `${client} ${name}`;
  return {
    expect(client, names, nowSeconds) {
      for (const name of names) expected.set(keyOf(client, name), nowSeconds + FOLLOWS_WITHIN_SECONDS);
    },
    isExpected: (client, name, nowSeconds) => nowSeconds < (expected.get(keyOf(client, name)) ?? Number.NEGATIVE_INFINITY),
    learn: (client, namespace) => namespaces.set(client, hashText(namespace) | 0),
    mayBeOf: (client, namespace) => (namespaces.get(client) ?? hashText(namespace) | 0) === (hashText(namespace) | 0),
  };
};
