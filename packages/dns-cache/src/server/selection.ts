import { ancestors } from '../message/name.ts';
import { TYPE } from '../message/numbers.ts';
import type { ListenAddress } from '../plugin/listen-address.ts';
import { ANY_ADDRESS } from '../plugin/listen-address.ts';
import { serverLabel } from './listeners.ts';

/** What one listener serves: for each zone those who take its queries, the first that takes one before the others. */
export type ZoneTable<Served> = ReadonlyMap<string, readonly Served[]>;

/** The tables of all listeners, by what metrics call them. */
export type ListenerTable<Served> = ReadonlyMap<string, ZoneTable<Served>>;

/** The table of the listener that got the packet: the one of that address, else of all of its family, else of all. */
export const selectListener = <Served>(
  listeners: ListenerTable<Served>,
  local: ListenAddress,
): { readonly server: string; readonly zones: ZoneTable<Served> } | undefined => {
  const all = local.address.includes(':') ? '::' : '0.0.0.0';
  for (const address of [local.address, all, ANY_ADDRESS]) {
    const server = serverLabel({ ...local, address });
    const zones = listeners.get(server);
    if (zones !== undefined) return { server, zones };
  }
  return undefined;
};

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
  const found = ancestors(name).flatMap((zone) => {
    const served = zones.get(zone)?.find(takes);
    return served === undefined ? [] : [{ zone, served }];
  });
  if (type !== TYPE.DS) return found[0]?.served;
  return (found.findLast(({ zone }) => zone !== '\0') ?? found[0])?.served;
};
