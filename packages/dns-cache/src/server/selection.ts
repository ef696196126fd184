import { TYPE } from '../message/numbers.ts';
import type { ListenAddress } from '../plugin/listen-address.ts';
import { ANY_ADDRESS, familyOf } from '../plugin/listen-address.ts';
import { serverLabel } from './listeners.ts';

/** What one listener serves: for each zone those who take its queries, the first that takes one before the others. */
export type ZoneTable<Served> = ReadonlyMap<string, readonly Served[]>;

/** The tables of all listeners, by what metrics call them. */
export type ListenerTable<Served> = ReadonlyMap<string, ZoneTable<Served>>;

/** The labels of the listeners that may have got the packet: of that address, else of all of its family, else of all. */
export const listenerLabels = (local: ListenAddress): readonly string[] => {
  return [local.address, familyOf(local.address), ANY_ADDRESS].map((address) => serverLabel({ ...local, address }));
};

/** The table of the listener that got the packet. */
export const selectListener = <Served>(
  listeners: ListenerTable<Served>,
  local: ListenAddress,
): { readonly server: string; readonly zones: ZoneTable<Served> } | undefined => {
  for (const server of listenerLabels(local)) {
    const zones = listeners.get(server);
    if (zones !== undefined) return { server, zones };
  }
  return undefined;
};

const ROOT_ZONE = '\0';

/**
 * The longest zone that the name is in, label by label, the root last. A DS record lies in the parent of the zone it
 * is about, so that a query for it goes to the topmost zone here that is not the root (core/dnsserver/server.go).
 * A zone of which nobody takes the query is passed over.
 */
export const selectZone = <Served>(
  zones: ZoneTable<Served>,
  name: string,
  type: number,
  takes: (served: Served) => boolean,
): Served | undefined => {
  let found: Served | undefined;
  for (let start = 0; start < name.length; start += name.charCodeAt(start) + 1) {
    const zone = start === 0 ? name : name.slice(start);
    const served = zones.get(zone)?.find(takes);
    if (served === undefined) continue;
    if (type !== TYPE.DS) return served;
    if (found === undefined || zone !== ROOT_ZONE) found = served;
  }
  return found;
};
