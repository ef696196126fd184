import type { Zone } from '../corefile/zone.ts';
import type { Place } from '../engine/effect.ts';
import { RCODE } from '../message/numbers.ts';
import type { Explain } from '../plugin/explained.ts';
import type { Handler } from '../plugin/handler.ts';
import type { CollectLabels } from '../plugin/labels.ts';
import type { Corefile, ServerBlock } from '../plugin/server-block.ts';
import type { Site, HitGuard, HitSource } from '../plugin/site.ts';
import type { View } from '../plugin/view.ts';
import type { FillingShelf } from './caches.ts';
import type { ZoneService } from './listeners.ts';
import { listEndpoints, serverLabel } from './listeners.ts';
import type { ListenerTable } from './selection.ts';

/** A zone as one listener serves it, ready for queries. */
export interface ServedZone {
  readonly zone: Zone;
  readonly place: Place;
  readonly handler: Handler | undefined;
  readonly hits: HitSource | undefined;
  /** Those whom a hit goes past, in the order of the plugins. */
  readonly guards: readonly HitGuard[];
  readonly explains: readonly Explain[];
  /** `undefined` where nothing is collected. */
  readonly collect: CollectLabels | undefined;
  /** `undefined` takes every query. */
  readonly view: View | undefined;
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
  /** Both in the order of the plugins. */
  readonly guards: readonly HitGuard[];
  readonly explains: readonly Explain[];
}

const NO_PLUGIN: BuiltBlock = { handler: undefined, hits: undefined, guards: [], explains: [] };

/** What each plugin of a block has of its own. */
type OwnToPlugins = 'offerHits' | 'offerWords' | 'guardHits' | 'hitsBehind';

/** The plugins of a block, each before the next in the order of the table. */
const buildBlock = (block: ServerBlock, site: Omit<Site, OwnToPlugins>): BuiltBlock => {
  const serving = block.plugins.filter(({ serve }) => serve !== undefined);
  const last = serving.at(-1);
  if (last === undefined) return NO_PLUGIN;
  const explains: Explain[] = [];
  const guards: HitGuard[] = [];
  let hits: HitSource | undefined;
  let handler = nothingNext(last.directive);
  for (const { serve, passesHits } of serving.toReversed()) {
    // What comes before a plugin that looks at every answer is not reached by the shortcut.
    let offered: HitSource | undefined;
    const offerHits = (source: HitSource): void => {
      offered = source;
    };
    const own: Pick<Site, OwnToPlugins> = {
      offerHits,
      offerWords: (explain) => void explains.unshift(explain),
      guardHits: (guard) => void guards.unshift(guard),
      hitsBehind: hits,
    };
    handler = serve?.({ ...site, ...own }, handler) ?? handler;
    hits = offered ?? (passesHits ? hits : undefined);
  }
  return { handler, hits, guards, explains };
};

/** The handlers of each listener by zone; the listeners of one block share its plugins, and so its cache. */
export const buildTables = (
  services: readonly ZoneService[],
  corefile: Corefile,
  shelf: FillingShelf,
  site: Omit<Site, 'zones' | 'endpoints' | 'caches' | OwnToPlugins>,
): ListenerTable<ServedZone> => {
  const names = new Map<string, number>();
  /** Views of one name are told apart by their order. */
  const uniqueName = (name: string): string => {
    const earlier = names.get(name) ?? 0;
    names.set(name, earlier + 1);
    return earlier === 0 ? name : `${name} ${earlier + 1}`;
  };
  const built = new Map(
    corefile.blocks.map((block) => {
      const endpoints = listEndpoints(services.filter((service) => service.block === block));
      const zones = block.keys.map(({ zone }) => zone);
      const view = services.find((service) => service.block === block)?.view;
      const parts = [...zones.map(({ text }) => text), ...endpoints.map(serverLabel), ...(view === undefined ? [] : [view.name])];
      const caches = shelf.sourceFor(uniqueName(parts.join(' ')));
      return [block, buildBlock(block, { ...site, zones, endpoints, caches })];
    }),
  );
  const tables = new Map<string, Map<string, readonly ServedZone[]>>();
  for (const { zone, endpoint, block, view } of services) {
    const server = serverLabel(endpoint);
    const table = tables.get(server) ?? new Map<string, readonly ServedZone[]>();
    tables.set(server, table);
    const { handler, hits, guards, explains } = built.get(block) ?? NO_PLUGIN;
    const plugins = block.plugins.flatMap((plugin) => (plugin.serve === undefined ? [] : [plugin.directive]));
    const isCounted = block.plugins.some(({ directive }) => directive === 'prometheus');
    const place = { server, zone: zone.text, view: view?.name ?? '', isCounted };
    const collect = block.plugins.find((plugin) => plugin.collect !== undefined)?.collect;
    const served = { zone, place, handler, hits, guards, explains, collect, view, plugins };
    table.set(zone.folded, [...(table.get(zone.folded) ?? []), served]);
  }
  return tables;
};
