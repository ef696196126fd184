import type { Effect, Place, ServerEvent } from '../engine/effect.ts';
import type { DrivenRuntime } from '../engine/runtime.ts';
import { createRuntime } from '../engine/runtime.ts';
import { writeError } from '../message/answer.ts';
import type { AnswerMemory } from '../message/answer-hit.ts';
import { encodeExtendedError } from '../message/extended-error.ts';
import { UDP_PAYLOAD_OURS } from '../message/limits.ts';
import type { Link } from '../message/link.ts';
import { transportOf, UDP_LINK } from '../message/link.ts';
import { foldName } from '../message/name.ts';
import { copyOctets } from '../message/octets.ts';
import type { OwnShare } from '../message/share.ts';
import { WHOLE } from '../message/share.ts';
import type { Query } from '../message/query.ts';
import { readQuery } from '../message/query.ts';
import { wayErrors } from '../message/way.ts';
import type { ClientReport } from '../clients/report.ts';
import { mergeReports } from '../clients/report.ts';
import type { AskedAbout, ExplainedBlock } from '../plugin/explained.ts';
import type { Facility } from '../plugin/facility.ts';
import type { Outcome, Request } from '../plugin/handler.ts';
import type { ListenAddress } from '../plugin/listen-address.ts';
import type { HostAddresses } from '../plugin/lookup.ts';
import type { Corefile } from '../plugin/server-block.ts';
import { facilitiesOf } from '../plugin/server-block.ts';
import { NO_TAPPINGS } from '../plugin/tapping.ts';
import type { Timeouts } from '../plugin/timeouts.ts';
import { DEFAULT_TIMEOUTS } from '../plugin/timeouts.ts';
import { checkCorefile, checkTime, wholeNumber } from '../range.ts';
import type { Watcher } from '../watching/seen.ts';
import { buildTables } from './blocks.ts';
import type { CacheShelf } from './caches.ts';
import { createShelf } from './caches.ts';
import type { Ledgers } from './ledgers.ts';
import { createLedgers } from './ledgers.ts';
import { explainName } from './explain.ts';
import { settingsOf } from './listener-settings.ts';
import type { ListenerTls } from './listener-tls.ts';
import { readListenerTls, tlsFilesOf } from './listener-tls.ts';
import { listEndpoints, listServed, listServices, serverLabel } from './listeners.ts';
import { createResolver, NO_ZONE } from './resolver.ts';
import { createRoutes, labelsFor } from './routes.ts';
import { seeAnswered, seeRefused, seeShort } from './see.ts';
import { settle } from './settle.ts';
import type { AtHand, Datagram } from './shortcut.ts';
import { takeShortcut } from './shortcut.ts';

/** What a name server is made of. */
export interface NameServerOptions {
  readonly corefile: Corefile;
  /** The port of zones that name none, CoreDNS's `-dns.port`: 0 to 65535. */
  readonly port: number;
  /** The text of a file that a directive names; @throws where there is none. */
  readonly readFile: (path: string) => string;
  /** The addresses of the hosts that directives name, by `hostKey`; without it none is known. */
  readonly hosts?: HostAddresses;
  /** In [0, 1): message IDs and the order of upstreams. Whoever faces the open network gives an unpredictable one. */
  readonly random: () => number;
  /** The calendar, in milliseconds since 1970: it says which signatures are out of date. Without it none are. */
  readonly unixMs?: () => number;
  /** The server whose place this one takes: blocks that serve the same as before keep their caches; without this all are empty. */
  readonly previous?: Pick<NameServer, 'caches'> & Partial<Pick<NameServer, 'ledgers'>>;
  /** Which names come here, where several threads serve; without it all. */
  readonly share?: OwnShare;
}

/** A DNS server without sockets and without a clock. */
export interface NameServer {
  /** Where to listen, over UDP and TCP or over TLS; the address '' is all addresses. */
  readonly listeners: readonly ListenAddress[];
  /** The zones and where they are served, as CoreDNS prints them when it has started. */
  readonly served: readonly string[];
  readonly caches: CacheShelf;
  /** Where `clients` counts who asks. */
  readonly ledgers: Ledgers;
  /** What directives ask of the process around it. */
  readonly facilities: readonly Facility[];
  /** The directives that handle queries, by where they do. */
  readonly enabled: readonly { readonly place: Place; readonly plugins: readonly string[] }[];
  /** The files that it wants to hear of when they change, by `file` events. */
  readonly watchedFiles: readonly string[];
  /** What the first block of a listener says of its connections. */
  timeoutsFor(listener: ListenAddress): Timeouts;
  /**
   * How a listener over TLS is known; `undefined` for another one. The files are read anew each time.
   * @throws CorefileError for a file that cannot be used
   */
  tlsFor(listener: ListenAddress): ListenerTls | undefined;
  /** What would become of queries for a name, without asking anybody. */
  explain(about: AskedAbout): readonly ExplainedBlock[];
  /** Who makes the load; `undefined` where no block has `clients`. */
  clients(): ClientReport | undefined;
  /** Tells somebody of each query from now on, or nobody any more: that costs nothing. */
  watch(watcher: Watcher | undefined): void;
  /**
   * Writes the answer to a query over UDP that is to be had without any doing, and gives what is to be told of it. `undefined`
   * for every other query, of which `handle` is to be told.
   */
  answerAtOnce(query: Datagram, now: number): AtHand | undefined;
  /** Takes what happened at `now`, a monotonic time in milliseconds, and gives what is to be done, in order. @throws RangeError for a time that is none */
  handle(event: ServerEvent, now: number): readonly Effect[];
  /**
   * When to call `handle({ kind: 'timeout' }, now)`, unless something else happens before. Replies that have come until then
   * are handed over first, however late the caller is: an upstream is not blamed for that.
   */
  nextTimeout(): number | undefined;
}

type QueryEvent = Extract<ServerEvent, { kind: 'query' }>;

const NO_OPTIONS: Request['upstreamOptions'] = [];

/** @throws CorefileError where two blocks collide or a file that a directive names cannot be used; RangeError for a port that is none. */
export const createNameServer = (options: NameServerOptions): NameServer => {
  checkCorefile(options.corefile);
  const runtime: DrivenRuntime = createRuntime(options.random, options.unixMs);
  const services = listServices(options.corefile, wholeNumber('port', options.port, 0, 0xffff));
  const watchers = new Map<string, ((text: string) => void)[]>();
  const starters: (() => void)[] = [];
  const stoppers: (() => void)[] = [];

  const resolve = createResolver(runtime, (request) => routes.find(request).zone);

  const share = options.share ?? WHOLE;
  const shelf = createShelf(options.previous?.caches, share.threads);
  const ledgers = createLedgers(options.previous?.ledgers);
  const tables = buildTables(services, options.corefile, shelf, {
    runtime,
    readFile: options.readFile,
    watchFile: (path, changed) => watchers.set(path, [...(watchers.get(path) ?? []), changed]),
    hosts: options.hosts ?? new Map(),
    atStart: (work) => starters.push(work),
    atStop: (work) => stoppers.push(work),
    resolve,
    share,
    ledgerFor: ledgers.ledgerFor,
  });

  const routes = createRoutes(tables);
  const settings = settingsOf(services);
  const linkOf = ({ transport, local }: QueryEvent): Link => {
    if (transport === 'udp') return UDP_LINK;
    const { idleMs } = settings.get(routes.serverOf(local, transport))?.timeouts ?? DEFAULT_TIMEOUTS;
    return { kind: transport, idleMs };
  };

  const facilities = facilitiesOf(options.corefile);
  for (const facility of facilities) {
    if (facility.kind !== 'tls') continue;
    // As CoreDNS does, also for a block that is not served over TLS.
    readListenerTls(facility, options.readFile);
    for (const path of tlsFilesOf(facility)) watchers.set(path, watchers.get(path) ?? []);
  }

  let watcher: Watcher | undefined;

  const finish = (event: QueryEvent, query: Query, place: Place, outcome: Outcome): void => {
    const effects = settle(event, query, place, outcome, linkOf(event), runtime.now());
    runtime.specimens.outcome = outcome;
    runtime.specimens.effects = effects;
    for (const effect of effects) runtime.emit(effect);
    if (watcher !== undefined) seeAnswered(watcher, event.client, query, effects[0]);
  };

  const serve = (event: QueryEvent, query: Query, message: Uint8Array): void => {
    const { client, receivedAt = runtime.now() } = event;
    const transport = transportOf(event.transport);
    const asked = { query, name: foldName(query.question.name), transport, client, local: routes.localOf(event.local, event.transport) };
    const { server, zone } = routes.find(asked);
    if (zone?.handler === undefined) {
      finish(event, query, routes.droppedAt(server), NO_ZONE);
      return;
    }
    const { place } = zone;
    // Each by its name: where an object is spread behind others, V8 makes a dictionary of what comes out.
    const request: Request = {
      query,
      name: asked.name,
      transport,
      client,
      local: asked.local,
      receivedAt,
      place,
      zone: zone.zone,
      labels: labelsFor(zone, asked.name),
      wantsAuthenticated: false,
      upstreamOptions: NO_OPTIONS,
      message: message.subarray(0, query.octets),
      tappings: NO_TAPPINGS,
      asksUntil: Number.POSITIVE_INFINITY,
      resolutions: 0,
    };
    zone.handler(request, (outcome) => finish(event, query, place, outcome));
  };

  const ownMemory: AnswerMemory = { octets: new Uint8Array(UDP_PAYLOAD_OURS), start: 0 };

  const answerAtOnce = (datagram: Datagram, now: number): AtHand | undefined => {
    const found = takeShortcut(datagram, routes.shortcutsOf, now);
    if (watcher !== undefined && found !== undefined) seeShort(watcher, datagram, found.served);
    return found;
  };

  const shorten = ({ client, local, receivedAt = runtime.now(), message }: QueryEvent): AtHand | undefined =>
    answerAtOnce({ client, local, receivedAt, message, into: ownMemory }, runtime.now());

  const receive = (event: QueryEvent): void => {
    const short = event.transport === 'udp' && event.isNotAtHand !== true ? shorten(event) : undefined;
    if (short !== undefined) {
      for (const effect of short.effects) runtime.emit(effect);
      if (short.octets === 0) runtime.emit({ kind: 'drop', query: event.query, reason: 'plugin' });
      else runtime.emit({ kind: 'answer', query: event.query, message: copyOctets(ownMemory.octets, 0, short.octets) });
      return;
    }
    // What is kept of the query may outlive the memory that it came in.
    const message = event.isOwn === true ? event.message : copyOctets(event.message);
    const read = readQuery(message);
    switch (read.kind) {
      case 'query':
        serve(event, read.query, message);
        return;
      case 'refused': {
        if (watcher !== undefined) seeRefused(watcher, event, read, runtime.now());
        const reasons = wayErrors(read.asked, event.client, event.local).map(encodeExtendedError);
        runtime.emit({ kind: 'answer', query: event.query, message: writeError(read.asked, read.rcode, linkOf(event), reasons) });
        return;
      }
      case 'dropped':
        runtime.emit({ kind: 'drop', query: event.query, reason: read.reason });
    }
  };

  const take = (event: ServerEvent): void => {
    switch (event.kind) {
      case 'query':
        receive(event);
        return;
      case 'shed': {
        const labels = [routes.serverOf(event.local, 'udp'), 'query'];
        runtime.emit({ kind: 'metric', metric: 'coredns_shed_dropped_total', labels, value: 1 });
        return;
      }
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
      case 'stalled':
        runtime.stall(event.ms);
        return;
      case 'timeout':
        runtime.runTimers();
    }
  };

  return {
    listeners: listEndpoints(services),
    served: listServed(services),
    caches: shelf.caches,
    ledgers: ledgers.ledgers,
    facilities,
    enabled: [...tables.values()].flatMap((zones) =>
      [...zones.values()].flatMap((served) => served.map(({ place, plugins }) => ({ place, plugins }))),
    ),
    watchedFiles: [...watchers.keys()],
    timeoutsFor: (listener) => settings.get(serverLabel(listener))?.timeouts ?? DEFAULT_TIMEOUTS,
    tlsFor(listener) {
      const facility = settings.get(serverLabel(listener))?.tls;
      return facility && readListenerTls(facility, options.readFile);
    },
    clients: () => mergeReports([...ledgers.ledgers.values()].map((ledger) => ledger.report())),
    explain: (about) => explainName(tables, about),
    watch(next) {
      watcher = next;
    },
    answerAtOnce: (query, now) => answerAtOnce(query, Math.max(now, runtime.now())),
    handle(event, now) {
      checkTime('now', now);
      return runtime.step(now, () => take(event));
    },
    nextTimeout: () => runtime.nextTimeout(),
  };
};
