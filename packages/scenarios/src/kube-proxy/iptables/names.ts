import { hashedName } from '../services/hashed-name.ts';
import type { Endpoint } from '../services/endpoint.ts';
import type { ProxiedPort } from '../services/service-port.ts';

const LENGTH = 16;

/** The chains of one port of a Service (pkg/proxy/iptables/proxier.go of 1.34, portProtoHash). */
export interface PortChains {
  /** To all endpoints. */
  readonly cluster: string;
  /** To those of this node. */
  readonly local: string;
  /** What comes from outside. */
  readonly external: string;
  /** What a load balancer lets through. */
  readonly firewall: string;
}

export const chainsOf = ({ id, protocol }: ProxiedPort): PortChains => {
  const hash = hashedName(`${id}${protocol.toLowerCase()}`, LENGTH);
  return { cluster: `KUBE-SVC-${hash}`, local: `KUBE-SVL-${hash}`, external: `KUBE-EXT-${hash}`, firewall: `KUBE-FW-${hash}` };
};

export const endpointChainOf = ({ id, protocol }: ProxiedPort, { text }: Endpoint): string => `KUBE-SEP-${hashedName(`${id}${protocol.toLowerCase()}${text}`, LENGTH)}`;
