import { hashText } from '../hash.ts';

/*
 * Which names only one client asks for, of those that were asked for last, in memory that does not grow: for each name four octets of
 * a hash and who asked. Two names of the same hash are one here, which happens to one in 60,000 of a full table.
 */

/** A power of two. */
export const NAMES_MAX = 0x1_00_00;
/** A name has one of so many places, in the order in which they were asked for: the last one goes. */
const WAYS = 4;

const SEVERAL = 0;

export interface NameTable {
  /** @param key begins with the folded name @param asker from 1, never given to another */
  note(key: string, nameOctets: number, asker: number): void;
  /** How many names each asker has alone. */
  alone(): ReadonlyMap<number, number>;
}

export const createNameTable = (): NameTable => {
  // 0 is a place without a name.
  const [hashes, askers] = [new Uint32Array(NAMES_MAX), new Uint32Array(NAMES_MAX)];

  /** Where in its set the name is; the last place where it is not there. */
  const wayOf = (set: number, hash: number): number => {
    let way = 0;
    while (way < WAYS - 1 && hashes[set + way] !== hash) way += 1;
    return way;
  };

  return {
    note(key, nameOctets, asker) {
      const hash = hashText(key, nameOctets) || 1;
      const set = (hash & (NAMES_MAX / WAYS - 1)) * WAYS;
      const way = wayOf(set, hash);
      const known = hashes[set + way] === hash ? askers[set + way] : undefined;
      // What was asked for last comes first.
      for (let at = set + way; at > set; at -= 1) {
        hashes[at] = hashes[at - 1] ?? 0;
        askers[at] = askers[at - 1] ?? 0;
      }
      hashes[set] = hash;
      askers[set] = known === undefined || known === asker ? asker : SEVERAL;
    },
    alone() {
      const found = new Map<number, number>();
      for (let at = 0; at < NAMES_MAX; at += 1) {
        const asker = askers[at] ?? 0;
        if (asker !== SEVERAL) found.set(asker, (found.get(asker) ?? 0) + 1);
      }
      return found;
    },
  };
};
