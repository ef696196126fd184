import type { Endpoint } from '../services/endpoint.ts';
import { hashedName } from '../services/hashed-name.ts';
import type { ProxiedPort } from '../services/service-port.ts';

/*
 * How the chains and sets of a Service are called (pkg/proxy/nftables/proxier.go of 1.34, hashAndTruncate and the two that
 * call it): by what they are for, and a hash before it, as long names are cut off and endpoints differ in a digit.
 */

/** What a name can have after the word for its kind: nft allows 256 bytes with the zero, 16 are kept for that word. */
const LENGTH_MAX = 240;

const hashed = (name: string): string => {
  const whole = `${hashedName(name, 8)}-${name}`;
  return whole.length > LENGTH_MAX ? `${whole.slice(0, LENGTH_MAX - 3)}...` : whole;
};

const nameOf = ({ namespace, service, protocol, portName }: ProxiedPort): string => `${namespace}/${service}/${protocol.toLowerCase()}/${portName}`;

/** Colons may not stand in a name. */
const endpointNameOf = (port: ProxiedPort, endpoint: Endpoint): string =>
  hashed(`${nameOf(port)}__${endpoint.address.replaceAll(':', '.')}/${endpoint.port}`);

/** Of the four chains that a port may have. */
export type ServiceChainKind = 'service' | 'local' | 'external' | 'firewall';

export const serviceChainName = (kind: ServiceChainKind, port: ProxiedPort): string => `${kind}-${hashed(nameOf(port))}`;

export const endpointChainName = (port: ProxiedPort, endpoint: Endpoint): string => `endpoint-${endpointNameOf(port, endpoint)}`;

/** The set of the clients that an endpoint keeps. */
export const affinitySetName = (port: ProxiedPort, endpoint: Endpoint): string => `affinity-${endpointNameOf(port, endpoint)}`;
