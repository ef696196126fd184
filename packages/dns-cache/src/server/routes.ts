import type { Endpoint } from '../address.ts';
import { readIp } from '../address.ts';
import type { Place } from '../engine/effect.ts';
import type { Link } from '../message/link.ts';
import { CLASS } from '../message/numbers.ts';
import type { Labels } from '../plugin/labels.ts';
import type { ListenAddress } from '../plugin/listen-address.ts';
import type { ViewedQuery } from '../plugin/view.ts';
import { rememberByIdentity } from '../remember.ts';
import type { ServedZone } from './blocks.ts';
import type { ListenerTable, ZoneTable } from './selection.ts';
import { selectListener, selectZone } from './selection.ts';
import type { ShortcutTable } from './shortcut.ts';
import { shortcutTable } from './shortcut.ts';

/** What a query is looked up by. */
type RoutedQuery = Omit<ViewedQuery, 'labels'> & { readonly local: ListenAddress };

/** Where a query leads. */
interface Route {
  /** The listener as metrics name it; empty where there is none. */
  readonly server: string;
  readonly zone: ServedZone | undefined;
}

export interface Routes {
  /** The listener that took a query; the same object for the same one. */
  localOf(local: Endpoint, link: Link['kind']): ListenAddress;
  find(query: RoutedQuery): Route;
  /** The listener's label for one that took a query over this link. */
  serverOf(local: Endpoint, link: Link['kind']): string;
  /** The place of queries that no zone is for. */
  droppedAt(server: string): Place;
  /** What the short way looks into, for queries over UDP. */
  readonly shortcutsOf: (local: Endpoint) => ShortcutTable;
}

/** The listener that took a query. */
export const listenerOf = ({ address, port }: Endpoint, link: Link['kind']): ListenAddress => ({
  scheme: link === 'tls' ? 'tls' : 'dns',
  address: readIp(address) ?? address,
  port,
});

/** plugin/metrics/vars: what the zone of such queries is called. */
const DROPPED_ZONE = 'dropped';

/** A listener takes classes other than IN where one of its blocks has one of these (`EnableChaos`, core/dnsserver/server.go). */
const TAKES_EVERY_CLASS: readonly string[] = ['chaos', 'forward'];

const takesEveryClass = (zones: ZoneTable<ServedZone>): boolean =>
  [...zones.values()].flat().some(({ plugins }) => plugins.some((directive) => TAKES_EVERY_CLASS.includes(directive)));

/** What its block has plugins know of a query for the name, before any of them has it. */
export const labelsFor = ({ collect, place }: ServedZone, name: string): Labels | undefined => collect?.({ name, view: place.view });

export const createRoutes = (tables: ListenerTable<ServedZone>): Routes => {
  const dropped = new Map<string, Place>();
  // A socket gives the same object with each of its queries.
  const localOver = (link: Link['kind']) => rememberByIdentity((local: Endpoint) => listenerOf(local, link));
  const locals = { udp: localOver('udp'), tcp: localOver('tcp'), tls: localOver('tls') };
  const listenerAt = rememberByIdentity((local: ListenAddress) => selectListener(tables, local));
  const shortcutsOf = rememberByIdentity((local: Endpoint) =>
    shortcutTable(selectListener(tables, listenerOf(local, 'udp'))?.zones ?? new Map<string, readonly ServedZone[]>()),
  );
  return {
    localOf: (local, link) => locals[link](local),
    find(query) {
      const listener = listenerAt(query.local);
      const takes = (zone: ServedZone): boolean => zone.view?.takes({ ...query, labels: labelsFor(zone, query.name) }) ?? true;
      const { type, class: klass } = query.query.question;
      if (listener === undefined) return { server: '', zone: undefined };
      if (klass !== CLASS.IN && !takesEveryClass(listener.zones)) return { server: listener.server, zone: undefined };
      return { server: listener.server, zone: selectZone(listener.zones, query.name, type, takes) };
    },
    serverOf: (local, link) => selectListener(tables, listenerOf(local, link))?.server ?? '',
    droppedAt(server) {
      const place = dropped.get(server) ?? { server, zone: DROPPED_ZONE, view: '', isCounted: true };
      dropped.set(server, place);
      return place;
    },
    shortcutsOf,
  };
};
