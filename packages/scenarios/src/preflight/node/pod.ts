import { addressBits, addressFromBits, addressWidth, familyOf, prefixContains, prefixOf } from '@nodelocal/netfilter-sim';
import type { Family, Host, Interface, InterfaceAddress } from '@nodelocal/netfilter-sim';
import type { Pod } from './plan.ts';

/** What CNI plugins call the node's end of a pod's link, where no file tells its kind. */
const POD_LINK = /^(?:cali|veth|vpod|lxc|eni|azv|gke|pod|tap)/;
/** And the bridge that pods hang on; docker0 is one of these only where there is no other. */
const POD_BRIDGE = /^(?:cni|cbr|kube-bridge|weave|docker0)/;

/**
 * Some pod of the node: behind a route to one address by a link of its own (Calico, Cilium, the clouds), or the neighbour of a
 * bridge's own address (bridge, flannel). No file says which pods there are, and which of them it is does not matter.
 */
export const findPod = (host: Host, family: Family): Pod | undefined => routedPod(host, family) ?? bridgedPod(host, family);

const routedPod = (host: Host, family: Family): Pod | undefined => {
  const isPodLink = podLinks(host, family);
  for (const { type, destination, nextHops } of host.routing[family].routes) {
    const [hop, another] = nextHops;
    const isOne = type === 'unicast' && destination.length === addressWidth(family) && hop !== undefined && another === undefined;
    if (isOne && hop.gateway === undefined && isPodLink(hop.device)) return { device: hop.device, address: destination.address };
  }
  return undefined;
};

const podLinks = ({ interfaces, routing }: Host, family: Family): ((device: string) => boolean) => {
  const uplinks = new Set(routing[family].routes.flatMap(({ nextHops }) => nextHops.flatMap(({ gateway, device }) => (gateway === undefined ? [] : [device]))));
  const names = interfaces.filter(({ name, link }) => !uplinks.has(name) && (link?.kind === 'veth' || POD_LINK.test(name))).map(({ name }) => name);
  return (device) => names.includes(device);
};

const bridgedPod = ({ interfaces }: Host, family: Family): Pod | undefined => {
  const bridges = interfaces.filter(({ name, up, link }) => up && (POD_BRIDGE.test(name) || link?.kind === 'bridge'));
  for (const bridge of bridges.toSorted((a, b) => Number(a.name === 'docker0') - Number(b.name === 'docker0'))) {
    const own = networkOf(bridge, family);
    if (own !== undefined) return { device: bridge.name, address: neighbourOf(own) };
  }
  return undefined;
};

const networkOf = ({ addresses }: Interface, family: Family): InterfaceAddress | undefined =>
  addresses.find(({ address, prefixLength, scope }) => familyOf(address) === family && scope === 0 && prefixLength < addressWidth(family) - 1);

/** The next address of the network, or the one before. */
const neighbourOf = ({ address, prefixLength }: InterfaceAddress): Pod['address'] => {
  const next = addressFromBits(familyOf(address), addressBits(address) + 1n);
  return prefixContains(prefixOf(address, prefixLength), next) ? next : addressFromBits(familyOf(address), addressBits(address) - 1n);
};
