import { createClock } from '../run/clock.ts';
import { DELAY_MS } from './delays.ts';
import { nodeDraw, uniform } from './chance.ts';
import { createCorednsCache } from './coredns-cache.ts';
import { createCounter } from './counter.ts';
import { createDatagrams } from './datagrams.ts';
import { createFlows } from './flows.ts';
import type { LocalCache } from './local-cache.ts';
import { createLocalCache } from './local-cache.ts';
import type { Hearing, PodQuery } from './pods.ts';
import { startPods } from './pods.ts';
import { coreDnsServers, outsideServers } from './servers.ts';
import type { Tally } from './tally.ts';
import { windowsOf } from './windows.ts';
import type { FleetWorld } from './world.ts';
import { wholeNumber } from '../range.ts';

/** A fleet with NodeLocal DNSCache, or as kube-proxy alone has it. */
export const WAYS = ['without', 'with'] as const;
/** With the cache on the node, or without. */
export type Way = (typeof WAYS)[number];

/**
 * One node from the first lookup until the last one is over. It depends on nothing but the plan, the node's number and the way.
 * @param node its number, from 0
 * @throws RangeError for one that the plan does not have
 */
export const runNode = (world: FleetWorld, node: number, way: Way): Tally => {
  const { plan, names, answers } = world;
  wholeNumber('node', node, 0, plan.nodes - 1);
  const clock = createClock();
  const counter = createCounter(clock, windowsOf(plan));
  const flows = createFlows();
  const draws = (purpose: Parameters<typeof nodeDraw>[2]) => nodeDraw(plan.seed, node, purpose);
  const draw = draws('servers');
  const servers = { plan, clock, draw, answers, counter, corednsCache: createCorednsCache(plan, names, () => uniform(draw)) };
  const coreDns = coreDnsServers(servers);
  const kubeDns = createDatagrams(clock, flows, coreDns);
  const cache: LocalCache | undefined =
    way === 'without' ? undefined : createLocalCache({ world, node, clock, draw: draws('agent'), counter, flows, coreDns, outside: outsideServers(servers) });

  /** At the node, on its way from a pod. */
  const enter = (query: PodQuery, heard: (hearing: Hearing) => void): void => {
    const back = (hearing: Hearing): void => clock.at(clock.nowMs + DELAY_MS.podLink, () => heard(hearing));
    switch (cache?.reached() ?? 'nothing') {
      case 'agent':
        counter.count('toAgent');
        cache?.query(query, back);
        return;
      case 'refused':
        counter.count('refused');
        back({ kind: 'refused' });
        return;
      case 'nothing': {
        counter.count('direct');
        const went = kubeDns.send(`pod ${query.pod} ${query.port}`, query.message, (message) => back({ kind: 'answer', message }));
        if (!went) back({ kind: 'refused' });
      }
    }
  };
  startPods({
    plan,
    node,
    names,
    clock,
    lookups: draws('lookups'),
    resolvers: draws('resolvers'),
    counter,
    send: (query, heard) => clock.at(clock.nowMs + DELAY_MS.podLink, () => enter(query, heard)),
  });

  const endMs = plan.durationMs + LAST_WORDS_MS;
  let isOver = false;
  clock.at(endMs, () => {
    isOver = true;
  });
  clock.run(() => isOver);
  cache?.end();
  const entries = flows.count(plan.durationMs);
  return { nodes: 1, series: counter.series, entries, entriesMax: entries, latency: counter.latency };
};

/** No resolver's lookup takes longer: c-ares gives a name up after 75 s, and there are four in the search list. */
const LAST_WORDS_MS = 400_000;
