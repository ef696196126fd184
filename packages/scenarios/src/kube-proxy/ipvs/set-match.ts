import type { Family } from '@nodelocal/netfilter-sim';
import type { FilledSet, SetName } from './sets.ts';
import { setNameOf, SETS } from './sets.ts';

/** Which fields of a packet a set is asked for, in the order of its parts. */
export type SetFields = 'dst' | 'dst,dst' | 'dst,dst,src' | 'src,dst';

export type FilledSets = ReadonlyMap<SetName, FilledSet>;

export const isFilled = (sets: FilledSets, name: SetName): boolean => (sets.get(name)?.entries.length ?? 0) > 0;

export const setMatch = (family: Family, name: SetName, fields: SetFields): string => `-m set --match-set ${setNameOf(family, name)} ${fields}`;

/** With the set's comment before it. */
export const commentedSetMatch = (family: Family, name: SetName, fields: SetFields): string =>
  `-m comment --comment "${SETS[name].comment}" ${setMatch(family, name, fields)}`;
