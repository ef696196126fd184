import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import type { Corefile, ServerBlock } from '../corefile/corefile.ts';
import type { Position } from '../corefile/error.ts';
import { CorefileError } from '../corefile/error.ts';
import type { Zone } from '../corefile/zone.ts';
import type { View } from '../plugins/plugin.ts';

/** All addresses of the machine. */
export const ANY_ADDRESS = '';

/** A zone as one listener serves it. */
export interface ZoneService {
  readonly zone: Zone;
  readonly endpoint: Endpoint;
  readonly block: ServerBlock;
  /** `undefined` where the block takes every query. */
  readonly view: View | undefined;
  readonly position: Position;
}

/** The listener as CoreDNS's metrics name it. */
export const serverLabel = (endpoint: Endpoint): string =>
  endpoint.address === ANY_ADDRESS ? `dns://:${endpoint.port}` : `dns://${endpointText(endpoint)}`;

const servicesOf = (block: ServerBlock, defaultPort: number): readonly ZoneService[] => {
  const bound = block.plugins.flatMap(({ addresses }) => addresses);
  const view = block.plugins.find((plugin) => plugin.view !== undefined)?.view;
  const addresses = bound.length === 0 ? [{ address: ANY_ADDRESS, position: block.position }] : bound;
  return block.keys.flatMap(({ zone, port, position }) =>
    addresses.map(({ address }) => ({ zone, endpoint: { address, port: port ?? defaultPort }, block, view, position })),
  );
};

/** A zone has one server block on each listener, and before it any number with views (core/dnsserver/register.go). */
const refuseTwice = (services: readonly ZoneService[]): void => {
  const seen = new Map<string, ZoneService>();
  for (const service of services) {
    const { zone, endpoint, position } = service;
    const key = `${zone.folded} ${serverLabel(endpoint)}`;
    const other = seen.get(key);
    if (other !== undefined) {
      throw new CorefileError(
        position,
        `cannot serve dns://${zone.text}:${endpoint.port} - it is already defined`,
        `see line ${other.position.line}`,
      );
    }
    if (service.view === undefined) seen.set(key, service);
  }
};

/** One port cannot be bound to all addresses and again to one of them. */
const refuseOverlap = (services: readonly ZoneService[]): void => {
  for (const { zone, endpoint, position } of services) {
    const { address, port } = endpoint;
    const other = services.find((one) => one.endpoint.port === port && one.endpoint.address === ANY_ADDRESS);
    if (address === ANY_ADDRESS || other === undefined) continue;
    const [here, there] = [`dns://${zone.text}:${port}`, `dns://${other.zone.text}:${port}`];
    throw new CorefileError(
      position,
      `cannot serve ${here} on ${address}: ${there} is bound to all addresses`,
      `give the block at line ${other.position.line} a bind of its own`,
    );
  }
};

/** What is served where, in the order of the Corefile. @throws CorefileError where two blocks collide. */
export const listServices = (corefile: Corefile, defaultPort: number): readonly ZoneService[] => {
  const services = corefile.blocks.flatMap((block) => servicesOf(block, defaultPort));
  refuseTwice(services);
  refuseOverlap(services);
  return services;
};

export const listEndpoints = (services: readonly ZoneService[]): readonly Endpoint[] => [
  ...new Map(services.map(({ endpoint }) => [serverLabel(endpoint), endpoint])).values(),
];

/** What CoreDNS prints when it has started: `cluster.local.:53 on 169.254.20.10`, sorted. */
export const listServed = (services: readonly ZoneService[]): readonly string[] => {
  const served = services.map(({ zone, endpoint: { address, port } }) => {
    const where = address === ANY_ADDRESS ? '' : ` on ${address}`;
    return `${zone.text}:${port}${where}`;
  });
  return [...new Set(served)].toSorted();
};
