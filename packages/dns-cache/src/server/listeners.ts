import { endpointText } from '../address.ts';
import type { Position } from '../corefile/error.ts';
import { CorefileError, placeText } from '../corefile/error.ts';
import type { Scheme, Zone, ZoneKey } from '../corefile/zone.ts';
import type { ListenAddress } from '../plugin/listen-address.ts';
import { ANY_ADDRESS, covers } from '../plugin/listen-address.ts';
import type { Corefile, ServerBlock } from '../plugin/server-block.ts';
import type { View } from '../plugin/view.ts';

/** CoreDNS plugin/pkg/transport: `-dns.port` is not about TLS. */
const TLS_PORT = 853;

/** The port that a zone is served on. */
export const portOf = ({ scheme, port }: Pick<ZoneKey, 'scheme' | 'port'>, defaultPort: number): number =>
  port ?? (scheme === 'tls' ? TLS_PORT : defaultPort);

/** A zone as one listener serves it. */
export interface ZoneService {
  readonly zone: Zone;
  readonly endpoint: ListenAddress;
  readonly block: ServerBlock;
  /** `undefined` where the block takes every query. */
  readonly view: View | undefined;
  readonly position: Position;
}

/** The listener as CoreDNS's metrics name it. */
export const serverLabel = (listener: ListenAddress): string => {
  const { scheme, address, port } = listener;
  return `${scheme}://${address === ANY_ADDRESS ? `:${port}` : endpointText(listener)}`;
};

const servicesOf = (block: ServerBlock, defaultPort: number): readonly ZoneService[] => {
  const bound = block.plugins.flatMap(({ addresses }) => addresses);
  const view = block.plugins.find((plugin) => plugin.view !== undefined)?.view;
  const addresses = bound.length === 0 ? [{ address: ANY_ADDRESS, position: block.position }] : bound;
  return block.keys.flatMap((key) => {
    const { zone, scheme, position } = key;
    const port = portOf(key, defaultPort);
    return addresses.map(({ address }) => ({ zone, endpoint: { scheme, address, port }, block, view, position }));
  });
};

const serviceText = ({ zone, endpoint: { scheme, port } }: ZoneService): string => `${scheme}://${zone.text}:${port}`;

/** A zone has one server block without a view on each listener; behind it those with views are never asked (core/dnsserver/register.go). */
const refuseTwice = (services: readonly ZoneService[]): void => {
  const seen = new Map<string, ZoneService>();
  for (const service of services) {
    const { zone, endpoint, position } = service;
    const key = `${zone.folded} ${serverLabel(endpoint)}`;
    if (service.view !== undefined) continue;
    const other = seen.get(key);
    if (other !== undefined) {
      throw new CorefileError(
        position,
        `cannot serve ${serviceText(service)} - it is already defined`,
        `see ${placeText(other.position, position)}`,
      );
    }
    seen.set(key, service);
  }
};

/**
 * A zone of all addresses is not another block's at one of them (core/dnsserver/address.go), nor is there a listener over
 * TLS for all of them beside one for some: it has one certificate.
 */
const refuseOverlap = (services: readonly ZoneService[]): void => {
  const overlaps = (one: ZoneService, other: ZoneService): boolean => {
    const [{ endpoint: here }, { endpoint: there }] = [one, other];
    if (here.scheme !== there.scheme || here.port !== there.port || !covers(there.address, here.address)) return false;
    return here.scheme === 'tls' || (there.address === ANY_ADDRESS && one.zone.folded === other.zone.folded);
  };
  for (const service of services) {
    const other = services.find((one) => overlaps(service, one));
    if (other === undefined) continue;
    const { endpoint: { address }, position } = service;
    throw new CorefileError(
      position,
      `cannot serve ${serviceText(service)} on ${address}: ${serviceText(other)} is bound to all addresses`,
      `give the block at ${placeText(other.position, position)} a bind of its own`,
    );
  }
};

/** One port speaks TLS or does not. */
const refuseMixed = (services: readonly ZoneService[]): void => {
  const collide = (one: ListenAddress, other: ListenAddress): boolean =>
    one.scheme !== other.scheme &&
    one.port === other.port &&
    (one.address === other.address || covers(one.address, other.address) || covers(other.address, one.address));
  for (const [at, service] of services.entries()) {
    const other = services.slice(0, at).find(({ endpoint }) => collide(endpoint, service.endpoint));
    if (other === undefined) continue;
    throw new CorefileError(
      service.position,
      `cannot serve ${serviceText(service)}: ${serviceText(other)} has the port`,
      `give one of them another, see ${placeText(other.position, service.position)}`,
    );
  }
};

/** What is served where, in the order of the Corefile. @throws CorefileError where two blocks collide. */
export const listServices = (corefile: Corefile, defaultPort: number): readonly ZoneService[] => {
  const services = corefile.blocks.flatMap((block) => servicesOf(block, defaultPort));
  refuseTwice(services);
  refuseOverlap(services);
  refuseMixed(services);
  return services;
};

export const listEndpoints = (services: readonly ZoneService[]): readonly ListenAddress[] => [
  ...new Map(services.map(({ endpoint }) => [serverLabel(endpoint), endpoint])).values(),
];

/** A zone and its port as CoreDNS prints them: `cluster.local.:53`, `tls://cluster.local.:853`. */
export const servedText = ({ text }: Zone, scheme: Scheme, port: number): string =>
  `${scheme === 'dns' ? '' : `${scheme}://`}${text}:${port}`;

/** What CoreDNS prints when it has started: `cluster.local.:53 on 169.254.20.10`, sorted. */
export const listServed = (services: readonly ZoneService[]): readonly string[] => {
  const served = services.map(({ zone, endpoint: { scheme, address, port } }) => {
    const where = address === ANY_ADDRESS ? '' : ` on ${address}`;
    return `${servedText(zone, scheme, port)}${where}`;
  });
  return [...new Set(served)].toSorted();
};
