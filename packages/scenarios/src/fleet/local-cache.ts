import type { NameServer } from '@nodelocal/dns-cache';
import type { Draw } from '../resolver/machine.ts';
import type { Clock } from '../run/clock.ts';
import { DELAY_MS } from './delays.ts';
import type { Ask } from '../run/engine.ts';
import type { Agent } from './agent.ts';
import { createAgent } from './agent.ts';
import type { Counter } from './counter.ts';
import { createDatagrams } from './datagrams.ts';
import type { Flows } from './flows.ts';
import { NotModelledError } from './not-modelled.ts';
import type { Hearing, PodQuery } from './pods.ts';
import type { Pool } from './pool.ts';
import { restartOf } from './schedule.ts';
import type { Servers } from './servers.ts';
import { tcpPool } from './tcp-pool.ts';
import { udpPool } from './udp-pool.ts';
import type { FleetWorld } from './world.ts';

export interface LocalCacheOptions {
  readonly world: FleetWorld;
  readonly node: number;
  readonly clock: Clock;
  readonly draw: Draw;
  readonly counter: Counter;
  readonly flows: Flows;
  readonly coreDns: Servers;
  readonly outside: Servers;
}

/** Where a pod's query comes to: the agent, a port where nobody listens, or nothing that would hold it up on its way to kube-proxy's Service. */
type Reached = 'agent' | 'refused' | 'nothing';

/** NodeLocal DNSCache on a node: an agent, then perhaps another one. */
export interface LocalCache {
  readonly reached: () => Reached;
  query(query: PodQuery, heard: (hearing: Hearing) => void): void;
  end(): void;
}

export const createLocalCache = (options: LocalCacheOptions): LocalCache => {
  const { world, clock, counter } = options;
  const { plan } = world;
  let agents = 0;
  const start = (previous: Pick<NameServer, 'caches'> | undefined): Agent => {
    agents += 1;
    const poolFor = (ask: Ask): Pool => poolTo(options, ask, `agent ${agents}`, isOfCluster);
    const { corefile } = world;
    return createAgent({ clock, corefile, resolvConf: plan.nodeResolvConf, draw: options.draw, counter, poolFor, ...(previous && { previous }) });
  };
  let clusterUpstreams: ReadonlySet<string> = new Set();
  const isOfCluster = (endpoint: string): boolean => clusterUpstreams.has(endpoint);
  let agent = start(undefined);
  clusterUpstreams = agent.upstreamsOf(world.names.cluster.domain);
  let reached: Reached = 'agent';
  const ended: Agent[] = [];

  const restarting = restartOf(plan, options.node);
  if (restarting !== undefined) {
    const { restart, endMs, againMs, keepsCaches } = restarting;
    clock.at(endMs, () => {
      // One that ends in order answers what it has in its hands, as the next one begins.
      if (restart === 'killed') agent.end();
      else ended.push(agent);
      reached = restart === 'killed' ? 'refused' : 'nothing';
      clock.at(againMs, () => {
        agent = start(keepsCaches ? agent.server : undefined);
        reached = 'agent';
      });
    });
  }
  return {
    reached: () => reached,
    query({ pod, port, message }, heard) {
      const asked = agent;
      clock.at(clock.nowMs + DELAY_MS.agent, () =>
        asked.query({ address: podAddress(pod), port }, message, (answer) => heard({ kind: 'answer', message: answer })),
      );
    },
    end() {
      for (const each of [...ended, agent]) each.end();
    },
  };
};

const podAddress = (pod: number): string => `10.244.${pod >> 8}.${pod & 0xff}`;

/** @throws NotModelledError for upstreams over TLS */
const poolTo = ({ clock, draw, flows, coreDns, outside }: LocalCacheOptions, ask: Ask, owner: string, isOfCluster: (endpoint: string) => boolean): Pool => {
  const { transport, upstream, connection } = ask;
  const servers = isOfCluster(`${upstream.address}:${upstream.port}`) ? coreDns : outside;
  switch (transport) {
    case 'udp':
      return udpPool(clock, draw, createDatagrams(clock, flows, servers), `${owner} ${upstream.address}`);
    case 'tcp':
      return tcpPool(clock, flows, servers, connection.expireMs);
    case 'tls':
    case 'https':
      throw new NotModelledError('upstreams over TLS; let the Corefile forward by UDP or TCP');
  }
};
