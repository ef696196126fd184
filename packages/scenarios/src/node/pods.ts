import { newRouting, prefixOf } from '@nodelocal/netfilter-sim';
import type { Address, Host, Interface, Route } from '@nodelocal/netfilter-sim';

/** `RT_SCOPE_LINK`, and the table `main`. */
const LINK_SCOPE = 253;
const MAIN_TABLE = 254;
const ALONE = 32;

/** The node with a pod as Calico has it: a link of its own without an address, and a route to the pod's. A device that is there is left alone. */
export const withPod = (host: Host, pod: Address, device: string): Host => {
  if (host.interfaces.some(({ name }) => name === device)) return host;
  const added: Interface = {
    index: Math.max(...host.interfaces.map(({ index }) => index)) + 1,
    name: device,
    up: true,
    loopback: false,
    hardwareAddress: 'ee:ee:ee:ee:ee:ee',
    mtu: 1500,
    addresses: [],
  };
  const route: Route = {
    type: 'unicast',
    destination: prefixOf(pod, ALONE),
    table: MAIN_TABLE,
    tos: 0,
    metric: 0,
    scope: LINK_SCOPE,
    nextHops: [{ device, weight: 1 }],
  };
  const { routes, rules } = host.routing.ipv4;
  return { ...host, interfaces: [...host.interfaces, added], routing: { ...host.routing, ipv4: newRouting([...routes, route], rules) } };
};
