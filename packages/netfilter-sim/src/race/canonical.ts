import type { Entry, EntryId } from '../conntrack/entry/entry.ts';
import { printIpSets } from '../ruleset/ipset/print/sets.ts';
import type { RaceWorld } from './world.ts';

/**
 * Equal texts for worlds from which everything goes on alike. Entries go by what they are, not by the
 * order in which they came; how the packets got here does not count.
 */
export const canonicalText = ({ state, lanes }: RaceWorld): string => {
  const names = new Map<EntryId, string>();
  for (const entry of state.conntrack.entries.values()) names.set(entry.id, describeEntry(entry));
  const nameOf = (id: EntryId): string => names.get(id) ?? '';
  return JSON.stringify([
    [...names.values()].sort(),
    [...state.conntrack.bySource].map(([source, ids]) => [source, ids.map(nameOf)]).sort(byText),
    [...state.memory].sort(byText),
    [...state.doubtful].sort(),
    printIpSets(state.sets, state.now),
    state.conntrack.counters,
    lanes.map(({ flight }) => {
      const { packet, mark, inDevice, outDevice, conntrack, destination, assigned, bridged, frameFor, bridgePort, stage } = flight;
      const attached = conntrack.kind === 'tracked' ? { ...conntrack, entry: nameOf(conntrack.entry) } : conntrack;
      return [packet, mark, inDevice, outDevice, attached, destination, assigned, bridged, frameFor, bridgePort, stage];
    }),
  ]);
};

const byText = (a: readonly unknown[], b: readonly unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);

const describeEntry = (entry: Entry): string => JSON.stringify({ ...entry, id: 0 });
