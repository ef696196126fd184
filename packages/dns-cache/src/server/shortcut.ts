import type { Endpoint } from '../address.ts';
import { isIpv6 } from '../address.ts';
import type { CacheEffect, Effect, Place, ServedEffect } from '../engine/effect.ts';
import type { StoredEntry } from '../engine/columns.ts';
import { ageSeconds } from '../engine/entry.ts';
import type { AnswerMemory } from '../message/answer-hit.ts';
import { writeHit } from '../message/answer-hit.ts';
import { isLabelStart } from '../message/name.ts';
import type { StoredMessage } from '../message/kept.ts';
import type { Scan } from '../message/scan.ts';
import { scanQuery } from '../message/scan.ts';
import type { HitGuard, HitSource } from '../plugin/site.ts';
import type { View } from '../plugin/view.ts';
import type { ZoneTable } from './selection.ts';

interface ShortcutZone {
  readonly folded: string;
  readonly place: Place;
  /** `undefined` where views or a plugin before the cache want to see every query. */
  readonly hits: HitSource | undefined;
  readonly guards: readonly HitGuard[];
}

/** The zones of a listener, the longest first. */
export type ShortcutTable = readonly ShortcutZone[];

export const shortcutTable = (
  zones: ZoneTable<Omit<ShortcutZone, 'folded'> & { readonly view: View | undefined }>,
): ShortcutTable =>
  [...zones]
    .flatMap(([folded, [first]]) =>
      first === undefined
        ? []
        : [{ folded, place: first.place, guards: first.guards, hits: first.view === undefined ? first.hits : undefined }],
    )
    .toSorted((one, other) => other.folded.length - one.folded.length);

const findZone = (table: ShortcutTable, key: string, nameOctets: number): ShortcutZone | undefined => {
  for (const zone of table) {
    const start = nameOctets - zone.folded.length;
    if (start >= 0 && key.startsWith(zone.folded, start) && isLabelStart(key, start)) return zone;
  }
  return undefined;
};

const RD = 0x0100;

/** A query over UDP, and where its answer is to be written. */
export interface Datagram {
  /** Another one once this is answered: whoever wants it looks before. */
  readonly client: Endpoint;
  readonly local: Endpoint;
  /** When it came, in milliseconds of the server's clock. */
  readonly receivedAt: number;
  /** As it came; it may be overwritten once this is over. */
  readonly message: Uint8Array;
  readonly into: AnswerMemory;
}

/** An answer that was written, or that there is none. */
export interface AtHand {
  /** 0 where the client is to hear nothing. */
  readonly octets: number;
  readonly effects: readonly Effect[];
  /** The account of the query among them. */
  readonly served: ServedEffect;
}

const isAdmitted = (guards: readonly HitGuard[], client: Endpoint, now: number, { key, nameOctets }: Scan, entry: StoredEntry): boolean => {
  for (const { admits } of guards) if (admits !== undefined && !admits(client, now, key, nameOctets, entry)) return false;
  return true;
};

const servedAt = (zone: ShortcutZone, scan: Scan, { local, receivedAt }: Datagram, now: number, stored: StoredMessage | undefined): ServedEffect => ({
  kind: 'served',
  place: zone.place,
  transport: 'udp',
  family: isIpv6(local) ? 'ipv6' : 'ipv4',
  type: scan.type,
  octets: scan.octets,
  dnssecOk: scan.edns?.dnssecOk === true,
  rcode: stored?.rcode,
  plugin: stored === undefined ? '' : 'cache',
  answerOctets: zone.place.isCounted && stored !== undefined ? stored.uncompressedOctets : 0,
  durationMs: now - receivedAt,
});

/** A query that has no hit, or whose hit is not admitted: the long way, unless that is barred. */
const barredAt = (zone: ShortcutZone, scan: Scan, datagram: Datagram, now: number): AtHand | undefined => {
  const { client } = datagram;
  for (const [index, { bars }] of zone.guards.entries()) {
    const told = bars?.(client, zone.place, now);
    if (told === undefined) continue;
    for (const { barred: hears } of zone.guards.slice(0, index)) hears?.(client, scan.key, scan.nameOctets);
    const served = servedAt(zone, scan, datagram, now, undefined);
    return { octets: 0, effects: [told, served], served };
  }
  return undefined;
};

/**
 * Answers a query over UDP whose answer is in a cache and fits, without reading or writing more than has to change.
 * `undefined` for every other query: then the long way decides, and comes to the same where both could answer.
 */
export const takeShortcut = (datagram: Datagram, tableOf: (local: Endpoint) => ShortcutTable | undefined, now: number): AtHand | undefined => {
  const { client, local, message, into } = datagram;
  const scan = scanQuery(message);
  const table = scan && tableOf(local);
  if (scan === undefined || table === undefined) return undefined;
  const zone = findZone(table, scan.key, scan.nameOctets);
  if (zone?.hits === undefined) return undefined;
  const { hits, guards, place } = zone;
  const entry = hits.find(scan.key, scan.nameOctets, (scan.flags & RD) !== 0, now);
  if (entry === undefined) return guards.length === 0 ? undefined : barredAt(zone, scan, datagram, now);
  const stored = entry.inPlace;
  const octets = writeHit(stored, scan, message, hits.keepTtl ? 0 : ageSeconds(entry, now), into);
  if (octets === 0) return undefined;
  if (guards.length > 0) {
    if (!isAdmitted(guards, client, now, scan, entry)) return barredAt(zone, scan, datagram, now);
    for (const { passed } of guards) passed?.(client, scan.key, scan.nameOctets, entry);
  }
  hits.count(entry, now);
  const store = entry.class === 'NoError' || entry.class === 'Delegation' ? 'success' : 'denial';
  const hit: CacheEffect = { kind: 'cache', cache: hits.placeOf(place), outcome: 'hit', store, stale: false };
  const served = servedAt(zone, scan, datagram, now, stored);
  return { octets, effects: [hit, served], served };
};
