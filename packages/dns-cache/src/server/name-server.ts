import type { Endpoint } from '../address.ts';
import { readIp } from '../address.ts';
import type { Corefile, ServerBlock } from '../corefile/corefile.ts';
import type { Zone } from '../corefile/zone.ts';
import type { Effect, ServerEvent } from '../engine/effect.ts';
import { writeError, writeReply } from '../message/answer.ts';
import { foldName } from '../message/name.ts';
import { RCODE } from '../message/numbers.ts';
import type { Query } from '../message/query.ts';
import { readQuery } from '../message/query.ts';
import type { Handler, Outcome, Request, Site } from './handler.ts';
import type { ZoneService } from './listeners.ts';
import { listEndpoints, listServed, listServices, serverLabel } from './listeners.ts';
import type { DrivenRuntime } from './runtime.ts';
import { createRuntime } from './runtime.ts';
import type { ZoneTable } from './selection.ts';
import { selectListener, selectZone } from './selection.ts';

export interface NameServerOptions {
  readonly corefile: Corefile;
  /** The port of zones that name none, CoreDNS's `-dns.port`. */
  readonly port: number;
  /** The text of a file that `forward` names; @throws where there is none. */
  readonly readResolvConf: (path: string) => string;
  /** In [0, 1): message IDs and the order of upstreams. Whoever faces the open network gives an unpredictable one. */
  readonly random: () => number;
}

/** A DNS server without sockets and without a clock. */
export interface NameServer {
  /** Where to listen, over UDP and TCP; the address '' is all addresses. */
  readonly listeners: readonly Endpoint[];
  /** The zones and where they are served, as CoreDNS prints them when it has started. */
  readonly served: readonly string[];
  /** Takes what happened at `now`, a monotonic time in milliseconds, and gives what is to be done, in order. */
  handle(event: ServerEvent, now: number): readonly Effect[];
  /** When to call `handle({ kind: 'timeout' }, now)`, unless something else happens before. */
  nextTimeout(): number | undefined;
}

type QueryEvent = Extract<ServerEvent, { kind: 'query' }>;

interface ServedZone {
  readonly zone: Zone;
  /** `undefined` where the block has no plugin that handles queries; they are refused then. */
  readonly handler: Handler | undefined;
}

/** The end of every chain of plugins; CoreDNS plugin/plugin.go, NextOrFailure. */
const nothingNext =
  (last: string): Handler =>
  (_request, answer) =>
    answer({ kind: 'failure', rcode: RCODE.SERVFAIL, error: `plugin/${last}: no next plugin found` });

/** The plugins of a block, each before the next in the order of the table; `undefined` where none handles queries. */
const buildHandler = (block: ServerBlock, site: Site): Handler | undefined => {
  const serving = block.plugins.filter(({ serve }) => serve !== undefined);
  const last = serving.at(-1);
  if (last === undefined) return undefined;
  return serving.reduceRight<Handler>((next, { serve }) => serve?.(site, next) ?? next, nothingNext(last.directive));
};

/** The handlers of each listener by zone; the listeners of one block share its plugins, and so its cache. */
const buildTables = (
  services: readonly ZoneService[],
  options: NameServerOptions,
  runtime: DrivenRuntime,
): ReadonlyMap<string, ZoneTable<ServedZone>> => {
  const handlers = new Map(
    options.corefile.blocks.map((block) => {
      const site = { runtime, zones: block.keys.map(({ zone }) => zone), readResolvConf: options.readResolvConf };
      return [block, buildHandler(block, site)];
    }),
  );
  const tables = new Map<string, Map<string, ServedZone>>();
  for (const { zone, endpoint, block } of services) {
    const label = serverLabel(endpoint);
    const table = tables.get(label) ?? new Map<string, ServedZone>();
    tables.set(label, table);
    table.set(zone.folded, { zone, handler: handlers.get(block) });
  }
  return tables;
};

const writeOutcome = (outcome: Outcome, query: Query, event: QueryEvent): Uint8Array =>
  outcome.kind === 'reply' ? writeReply(outcome.reply, query, event.transport) : writeError(query, outcome.rcode);

/** @throws CorefileError where two blocks collide or a file of `forward` gives no upstream. */
export const createNameServer = (options: NameServerOptions): NameServer => {
  const runtime = createRuntime(options.random);
  const services = listServices(options.corefile, options.port);
  const tables = buildTables(services, options, runtime);

  const answer = (event: QueryEvent, message: Uint8Array): void =>
    runtime.emit({ kind: 'answer', query: event.query, message });

  const serve = (event: QueryEvent, query: Query): void => {
    const local = { address: readIp(event.local.address) ?? event.local.address, port: event.local.port };
    const name = foldName(query.question.name);
    const listener = selectListener(tables, local);
    const found = listener && selectZone(listener.zones, name, query.question.type);
    if (listener === undefined || found?.handler === undefined) {
      answer(event, writeError(query, RCODE.REFUSED));
      return;
    }
    const request: Request = {
      query,
      name,
      transport: event.transport,
      client: event.client,
      local,
      receivedAt: event.receivedAt ?? runtime.now(),
      server: listener.server,
      zone: found.zone,
      wantsAuthenticated: false,
    };
    found.handler(request, (outcome) => answer(event, writeOutcome(outcome, query, event)));
  };

  const receive = (event: QueryEvent): void => {
    const read = readQuery(event.message);
    switch (read.kind) {
      case 'query':
        serve(event, read.query);
        return;
      case 'refused':
        answer(event, writeError(read.asked, read.rcode));
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
        runtime.deliver(event.exchange, { kind: 'reply', message: event.message });
        return;
      case 'failure':
        runtime.deliver(event.exchange, { kind: 'failure', reason: event.reason });
        return;
      case 'timeout':
    }
  };

  return {
    listeners: listEndpoints(services),
    served: listServed(services),
    handle: (event, now) =>
      runtime.step(now, () => {
        // What was due before this event happens before it, even where the caller was late.
        runtime.timers.run(runtime.now());
        take(event);
      }),
    nextTimeout: () => runtime.timers.next(),
  };
};
