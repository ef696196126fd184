import type { Address } from '@nodelocal/netfilter-sim';
import type { ServiceProtocol } from '../../kubernetes/objects.ts';
import type { Endpoint } from '../services/endpoint.ts';
import type { Front } from './fronts.ts';

/** Where a virtual server sends to, by translating the destination. */
export interface RealServer {
  readonly address: Address;
  /** 1 to 65535. */
  readonly port: number;
}

/** What IPVS balances. */
export interface VirtualServer {
  readonly protocol: ServiceProtocol;
  readonly address: Address;
  /** 1 to 65535. */
  readonly port: number;
  /** `rr`, `lc`, `sh`, `mh` and others. */
  readonly scheduler: string;
  /** For how long a client stays with a real server, in seconds; `undefined`: it may meet another one each time. */
  readonly persistenceSeconds: number | undefined;
  /** All of them have weight 1. */
  readonly realServers: readonly RealServer[];
}

/** kube-proxy leaves a local policy's packets rather to remote endpoints than to none (`syncEndpoint` of proxier.go, 1.34). */
const endpointsOf = ({ isLocal, service: { traffic } }: Front): readonly Endpoint[] => (isLocal && traffic.local.length > 0 ? traffic.local : traffic.cluster);

const serverOf = (front: Front, scheduler: string): VirtualServer => {
  const { protocol, affinitySeconds } = front.service.port;
  const realServers = endpointsOf(front).map(({ address, port }) => ({ address, port }));
  return { protocol, address: front.address, port: front.port, scheduler, persistenceSeconds: affinitySeconds, realServers };
};

/**
 * One for each address, port and protocol. Of two Services that claim the same, kube-proxy gives it to the one that it comes to
 * last, and it comes to them in an order of chance: here the later of their names has it.
 */
export const virtualServers = (fronts: readonly Front[], scheduler: string): readonly VirtualServer[] => [
  ...new Map(fronts.map((front) => [`${front.address} ${front.port} ${front.service.port.protocol}`, serverOf(front, scheduler)])).values(),
];
