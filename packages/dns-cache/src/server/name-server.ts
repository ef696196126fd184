import type { Endpoint } from '../address.ts';
import { readIp } from '../address.ts';
import type { Corefile, ServerBlock } from '../corefile/corefile.ts';
import type { Zone } from '../corefile/zone.ts';
import type { Effect, Place, ServerEvent } from '../engine/effect.ts';
import { writeError, writeReply } from '../message/answer.ts';
import type { Link } from '../message/link.ts';
import { transportOf, UDP_LINK } from '../message/link.ts';
import { foldName } from '../message/name.ts';
import { RCODE } from '../message/numbers.ts';
import { copyOctets } from '../message/octets.ts';
import type { Query } from '../message/query.ts';
import { readQuery } from '../message/query.ts';
import type { Facility } from '../plugins/facility.ts';
import type { TimeoutsValue } from '../plugins/timeouts/setup.ts';
import { DEFAULT_TIMEOUTS } from '../plugins/timeouts/setup.ts';
import type { CacheShelf, FillingShelf } from './caches.ts';
import { createShelf } from './caches.ts';
import type { Handler, Outcome, Request, Site } from './handler.ts';
import type { ListenerTls } from './listener-tls.ts';
import { readListenerTls, tlsFilesOf } from './listener-tls.ts';
import type { ListenAddress, ZoneService } from './listeners.ts';
import { listEndpoints, listServed, listServices, serverLabel } from './listeners.ts';
import { settingsOf } from './listener-settings.ts';
import type { DrivenRuntime } from './runtime.ts';
import { createRuntime } from './runtime.ts';
import type { ListenerTable } from './selection.ts';
import type { HitSource, ShortcutTable } from './shortcut.ts';
import { shortcutTable, takeShortcut } from './shortcut.ts';
import { selectListener, selectZone } from './selection.ts';

export interface NameServerOptions {
  readonly corefile: Corefile;
  /** The port of zones that name none, CoreDNS's `-dns.port`. */
  readonly port: number;
  /** The text of a file that a directive names; @throws where there is none. */
  readonly readFile: (path: string) => string;
  /** In [0, 1): message IDs and the order of upstreams. Whoever faces the open network gives an unpredictable one. */
  readonly random: () => number;
  /** The server whose place this one takes: blocks that serve the same as before keep their caches. */
  readonly previous?: Pick<NameServer, 'caches'>;
}

/** A DNS server without sockets and without a clock. */
export interface NameServer {
  /** Where to listen, over UDP and TCP or over TLS; the address '' is all addresses. */
  readonly listeners: readonly ListenAddress[];
  /** The zones and where they are served, as CoreDNS prints them when it has started. */
  readonly served: readonly string[];
  readonly caches: CacheShelf;
  /** What directives ask of the process around it. */
  readonly facilities: readonly Facility[];
  /** The directives that handle queries, by where they do. */
  readonly enabled: readonly { readonly place: Place; readonly plugins: readonly string[] }[];
  /** The files that it wants to hear of when they change, by `file` events. */
  readonly watchedFiles: readonly string[];
  /** What the first block of a listener says of its connections. */
  timeoutsFor(listener: ListenAddress): TimeoutsValue;
  /**
   * How a listener over TLS is known; `undefined` for another one. The files are read anew each time.
   * @throws CorefileError for a file that cannot be used
   */
  tlsFor(listener: ListenAddress): ListenerTls | undefined;
  /** Takes what happened at `now`, a monotonic time in milliseconds, and gives what is to be done, in order. */
  handle(event: ServerEvent, now: number): readonly Effect[];
  /** When to call `handle({ kind: 'timeout' }, now)`, unless something else happens before. */
  nextTimeout(): number | undefined;
}

type QueryEvent = Extract<ServerEvent, { kind: 'query' }>;

interface ServedZone {
  readonly zone: Zone;
  readonly place: Place;
  readonly handler: Handler | undefined;
  readonly hits: HitSource | undefined;
  readonly plugins: readonly string[];
}

/** The end of every chain of plugins; CoreDNS plugin/plugin.go, NextOrFailure. */
const nothingNext =
  (last: string): Handler =>
  (_request, answer) =>
    answer({ kind: 'failure', rcode: RCODE.SERVFAIL, error: `plugin/${last}: no next plugin found` });

interface BuiltBlock {
  /** `undefined` where the block has no plugin that handles queries; they are refused then. */
  readonly handler: Handler | undefined;
  readonly hits: HitSource | undefined;
}

/** The plugins of a block, each before the next in the order of the table. */
const buildBlock = (block: ServerBlock, site: Omit<Site, 'offerHits'>): BuiltBlock => {
  const serving = block.plugins.filter(({ serve }) => serve !== undefined);
  const last = serving.at(-1);
  if (last === undefined) return { handler: undefined, hits: undefined };
  let hits: HitSource | undefined;
  let handler = nothingNext(last.directive);
  for (const { serve, passesHits } of serving.toReversed()) {
    // What comes before a plugin that looks at every answer is not reached by the shortcut.
    let offered: HitSource | undefined;
    const offerHits = (source: HitSource): void => {
      offered = source;
    };
    handler = serve?.({ ...site, offerHits }, handler) ?? handler;
    hits = offered ?? (passesHits ? hits : undefined);
  }
  return { handler, hits };
};

/** The handlers of each listener by zone; the listeners of one block share its plugins, and so its cache. */
const buildTables = (
  services: readonly ZoneService[],
  corefile: Corefile,
  shelf: FillingShelf,
  site: Omit<Site, 'zones' | 'endpoints' | 'caches' | 'offerHits'>,
): ListenerTable<ServedZone> => {
  const built = new Map(
    corefile.blocks.map((block) => {
      const endpoints = listEndpoints(services.filter((service) => service.block === block));
      const zones = block.keys.map(({ zone }) => zone);
      const name = [...zones.map(({ text }) => text), ...endpoints.map(serverLabel)].join(' ');
      return [block, buildBlock(block, { ...site, zones, endpoints, caches: shelf.sourceFor(name) })];
    }),
  );
  const tables = new Map<string, Map<string, ServedZone>>();
  for (const { zone, endpoint, block } of services) {
    const server = serverLabel(endpoint);
    const table = tables.get(server) ?? new Map<string, ServedZone>();
    tables.set(server, table);
    const { handler, hits } = built.get(block) ?? { handler: undefined, hits: undefined };
    const plugins = block.plugins.flatMap((plugin) => (plugin.serve === undefined ? [] : [plugin.directive]));
    table.set(zone.folded, { zone, place: { server, zone: zone.text, view: '' }, handler, hits, plugins });
  }
  return tables;
};

/** The listener that took a query. */
const listenerOf = ({ address, port }: Endpoint, link: Link['kind'] = 'udp'): ListenAddress => ({
  scheme: link === 'tls' ? 'tls' : 'dns',
  address: readIp(address) ?? address,
  port,
});

const DROPPED_ZONE = 'dropped';

/** @throws CorefileError where two blocks collide or a file that a directive names cannot be used. */
export const createNameServer = (options: NameServerOptions): NameServer => {
  const runtime: DrivenRuntime = createRuntime(options.random);
  const services = listServices(options.corefile, options.port);
  const watchers = new Map<string, ((text: string) => void)[]>();
  const starters: (() => void)[] = [];
  const stoppers: (() => void)[] = [];
  const dropped = new Map<string, Place>();

  // A socket gives the same object with each of its datagrams.
  const shortcuts = new WeakMap<Endpoint, ShortcutTable>();
  const shortcutsOf = (local: Endpoint): ShortcutTable => {
    const known = shortcuts.get(local) ?? shortcutTable(selectListener(tables, listenerOf(local))?.zones ?? new Map());
    shortcuts.set(local, known);
    return known;
  };

  const find = (local: ListenAddress, name: string, type: number) => {
    const listener = selectListener(tables, local);
    return { server: listener?.server ?? '', found: listener && selectZone(listener.zones, name, type) };
  };

  const resolve: Handler = (request, answer) => {
    const { found } = find(request.local, request.name, request.query.question.type);
    if (found?.handler === undefined) {
      answer({ kind: 'failure', rcode: RCODE.REFUSED, error: 'no zone of this server' });
      return;
    }
    found.handler({ ...request, zone: found.zone, place: found.place }, answer);
  };

  const shelf = createShelf(options.previous?.caches);
  const tables = buildTables(services, options.corefile, shelf, {
    runtime,
    readFile: options.readFile,
    watchFile: (path, changed) => watchers.set(path, [...(watchers.get(path) ?? []), changed]),
    atStart: (work) => starters.push(work),
    atStop: (work) => stoppers.push(work),
    resolve,
  });

  const droppedPlace = (server: string): Place => {
    const place = dropped.get(server) ?? { server, zone: DROPPED_ZONE, view: '' };
    dropped.set(server, place);
    return place;
  };

  const settings = settingsOf(services);
  const linkOf = ({ transport, local }: QueryEvent): Link => {
    if (transport === 'udp') return UDP_LINK;
    const server = selectListener(tables, listenerOf(local, transport))?.server ?? '';
    const { idleMs } = settings.get(server)?.timeouts ?? DEFAULT_TIMEOUTS;
    return { kind: transport, idleMs };
  };

  const facilities = options.corefile.blocks.flatMap(({ plugins }) => plugins.flatMap((plugin) => plugin.facilities));
  for (const facility of facilities) {
    if (facility.kind !== 'tls') continue;
    // As CoreDNS does, also for a block that is not served over TLS.
    readListenerTls(facility, options.readFile);
    for (const path of tlsFilesOf(facility)) watchers.set(path, watchers.get(path) ?? []);
  }

  const settle = (event: QueryEvent, query: Query, place: Place, outcome: Outcome): void => {
    const message =
      outcome.kind === 'reply'
        ? writeReply(outcome.reply, query, linkOf(event))
        : outcome.kind === 'failure'
          ? writeError(query, outcome.rcode, linkOf(event), outcome.extendedErrors)
          : undefined;
    runtime.emit({
      kind: 'served',
      place,
      transport: transportOf(event.transport),
      client: event.client,
      type: query.question.type,
      octets: query.octets,
      dnssecOk: query.edns?.dnssecOk === true,
      rcode: outcome.kind === 'reply' ? outcome.reply.message.rcode : outcome.kind === 'failure' ? outcome.rcode : undefined,
      plugin: outcome.kind === 'reply' ? outcome.plugin : '',
      answerOctets: message?.length ?? 0,
      durationMs: runtime.now() - (event.receivedAt ?? runtime.now()),
    });
    if (message === undefined) runtime.emit({ kind: 'drop', query: event.query, reason: 'plugin' });
    else runtime.emit({ kind: 'answer', query: event.query, message });
  };

  const serve = (event: QueryEvent, query: Query): void => {
    const local = listenerOf(event.local, event.transport);
    const name = foldName(query.question.name);
    const { server, found } = find(local, name, query.question.type);
    if (found?.handler === undefined) {
      const refused = { kind: 'failure', rcode: RCODE.REFUSED, error: 'no zone of this server' } as const;
      settle(event, query, droppedPlace(server), refused);
      return;
    }
    const request: Request = {
      query,
      name,
      transport: transportOf(event.transport),
      client: event.client,
      local,
      receivedAt: event.receivedAt ?? runtime.now(),
      place: found.place,
      zone: found.zone,
      wantsAuthenticated: false,
      upstreamOptions: [],
    };
    found.handler(request, (outcome) => settle(event, query, found.place, outcome));
  };

  const receive = (event: QueryEvent): void => {
    const short = takeShortcut(event, shortcutsOf, runtime.now());
    if (short !== undefined) {
      for (const effect of short) runtime.emit(effect);
      return;
    }
    // What is kept of the query outlives the memory that it came in.
    const read = readQuery(copyOctets(event.message));
    switch (read.kind) {
      case 'query':
        serve(event, read.query);
        return;
      case 'refused':
        runtime.emit({ kind: 'answer', query: event.query, message: writeError(read.asked, read.rcode, linkOf(event)) });
        return;
      case 'dropped':
        runtime.emit({ kind: 'drop', query: event.query, reason: read.reason });
    }
  };

  const take = (event: ServerEvent): void => {
    switch (event.kind) {
      case 'query':
        receive(event);
        return;
      case 'reply':
        runtime.deliver(event.exchange, event);
        return;
      case 'failure':
        runtime.deliver(event.exchange, event);
        return;
      case 'file':
        for (const changed of watchers.get(event.path) ?? []) changed(event.text);
        return;
      case 'start':
        for (const work of starters.splice(0)) work();
        return;
      case 'stop':
        for (const work of stoppers.splice(0)) work();
        return;
      case 'timeout':
    }
  };

  return {
    listeners: listEndpoints(services),
    served: listServed(services),
    caches: shelf.caches,
    facilities,
    enabled: [...tables.values()].flatMap((zones) => [...zones.values()].map(({ place, plugins }) => ({ place, plugins }))),
    watchedFiles: [...watchers.keys()],
    timeoutsFor: (listener) => settings.get(serverLabel(listener))?.timeouts ?? DEFAULT_TIMEOUTS,
    tlsFor(listener) {
      const facility = settings.get(serverLabel(listener))?.tls;
      return facility && readListenerTls(facility, options.readFile);
    },
    handle: (event, now) =>
      runtime.step(now, () => {
        // What was due before this event happens before it, even where the caller was late.
        runtime.timers.run(runtime.now());
        take(event);
      }),
    nextTimeout: () => runtime.timers.next(),
  };
};
