import { TYPE } from '../message/numbers.ts';
import type { AskedAbout, ExplainedBlock } from '../plugin/explained.ts';
import type { ServedZone } from './blocks.ts';
import type { ListenerTable, ZoneTable } from './selection.ts';
import { selectZone } from './selection.ts';

/**
 * Those that may answer at a listener, in the order in which their views are asked, up to the first that takes every query;
 * where no view does, a query goes on to the zone above.
 */
const candidates = (zones: ZoneTable<ServedZone>, name: string, type: number): readonly ServedZone[] => {
  const found: ServedZone[] = [];
  for (;;) {
    const next = selectZone(zones, name, type, (served) => !found.includes(served));
    if (next === undefined) return found;
    found.push(next);
    if (next.view === undefined) return found;
  }
};

/** Who answers for a name where, and what is to be known of it there; listeners of one block go together. */
export const explainName = (tables: ListenerTable<ServedZone>, about: AskedAbout): readonly ExplainedBlock[] => {
  const blocks = new Map<string, ExplainedBlock>();
  for (const [listener, zones] of tables) {
    const found = candidates(zones, about.name, about.type ?? TYPE.A);
    for (const served of found.length === 0 ? [undefined] : found) {
      const block: ExplainedBlock = {
        listeners: [listener],
        zone: served?.zone.text,
        view: served?.place.view ?? '',
        plugins: served?.plugins ?? [],
        says: served?.explains.flatMap((explain) => explain(about) ?? []) ?? [],
      };
      const key = JSON.stringify({ ...block, listeners: [] });
      const known = blocks.get(key);
      blocks.set(key, known === undefined ? block : { ...known, listeners: [...known.listeners, listener] });
    }
  }
  return [...blocks.values()];
};
