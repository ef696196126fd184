import type { Endpoint } from './endpoint.ts';
import type { ProxiedPort } from './service-port.ts';
import { usesClusterEndpoints, usesLocalEndpoints } from './service-port.ts';

/** Where traffic of either policy goes (pkg/proxy/topology.go of 1.34). */
export interface Traffic {
  /** For policy `Cluster`. */
  readonly cluster: readonly Endpoint[];
  /** For policy `Local`. */
  readonly local: readonly Endpoint[];
  /** Both together. */
  readonly reachable: readonly Endpoint[];
  /** There is one somewhere, on this node or another. */
  readonly hasAny: boolean;
}

/** The node that the packets are on. */
export interface Topology {
  readonly nodeName: string;
  readonly zone: string | undefined;
}

const isLastResort = ({ isServing, isTerminating }: Endpoint): boolean => isServing && isTerminating;

/** Hints count only where every endpoint that is ready has one, and one of them is for here. */
const hinted = (ready: readonly Endpoint[], hintsOf: (endpoint: Endpoint) => ReadonlySet<string>, here: string | undefined): readonly Endpoint[] => {
  if (here === undefined || ready.some((endpoint) => hintsOf(endpoint).size === 0)) return [];
  return ready.filter((endpoint) => hintsOf(endpoint).has(here));
};

/** Those that are ready: for this node, else for this zone, else all. */
const preferred = (ready: readonly Endpoint[], { nodeName, zone }: Topology): readonly Endpoint[] => {
  for (const some of [hinted(ready, ({ nodeHints }) => nodeHints, nodeName), hinted(ready, ({ zoneHints }) => zoneHints, zone)]) if (some.length > 0) return some;
  return ready;
};

const readyOr = (ready: readonly Endpoint[], endpoints: readonly Endpoint[]): readonly Endpoint[] => (ready.length > 0 ? ready : endpoints.filter(isLastResort));

const union = (some: readonly Endpoint[], others: readonly Endpoint[]): readonly Endpoint[] =>
  [...new Map([...some, ...others].map((endpoint) => [endpoint.text, endpoint])).values()].toSorted((one, other) => (one.text < other.text ? -1 : 1));

export const trafficOf = (endpoints: readonly Endpoint[], port: ProxiedPort, topology: Topology): Traffic => {
  const ready = endpoints.filter(({ isReady }) => isReady);
  const cluster = usesClusterEndpoints(port) ? readyOr(preferred(ready, topology), endpoints) : [];
  if (!usesLocalEndpoints(port)) return { cluster, local: [], reachable: cluster, hasAny: cluster.length > 0 };
  const here = endpoints.filter(({ isLocal }) => isLocal);
  const local = readyOr(here.filter(({ isReady }) => isReady), here);
  return { cluster, local, reachable: union(cluster, local), hasAny: ready.length > 0 || endpoints.some(isLastResort) };
};
