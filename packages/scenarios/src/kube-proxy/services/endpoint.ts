import type { Address, Family } from '@nodelocal/netfilter-sim';
import type { EndpointSlice, ServiceProtocol, SliceEndpoint } from '../../kubernetes/objects.ts';

/** Where a port of a Service may send to (pkg/proxy/endpoint.go of 1.34). */
export interface Endpoint extends Omit<SliceEndpoint, 'nodeName'> {
  /** `10.244.1.5:53`, `[fd00::5]:53`: there is one of each. */
  readonly text: string;
  /** 1 to 65535. */
  readonly port: number;
  /** On this node. */
  readonly isLocal: boolean;
}

/** Of a port of a Service: which of the slices' ports are its own. */
export interface EndpointsOf {
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  readonly protocol: ServiceProtocol;
}

const SERVICE_LABEL = 'kubernetes.io/service-name';

const textOf = (address: Address, port: number): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);

/** All that the slices say, in the order of their text; of what several say about one endpoint, that it is local wins. */
export const endpointsOf = (family: Family, nodeName: string, slices: readonly EndpointSlice[], of: EndpointsOf): readonly Endpoint[] => {
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    const { namespace, labels } = slice;
    if (slice.family !== family || namespace !== of.namespace || labels.get(SERVICE_LABEL) !== of.service) continue;
    for (const { name, protocol, port } of slice.ports) {
      if (name !== of.portName || protocol !== of.protocol) continue;
      for (const { address, nodeName: at, ...said } of slice.endpoints) {
        const text = textOf(address, port);
        const isLocal = at === nodeName;
        if (!found.has(text) || isLocal) found.set(text, { ...said, text, address, port, isLocal });
      }
    }
  }
  return [...found.values()].toSorted((one, other) => (one.text < other.text ? -1 : 1));
};
