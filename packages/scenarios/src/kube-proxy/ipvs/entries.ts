import type { Prefix } from '@nodelocal/netfilter-sim';
import { addressWidth, loopbackAddress, prefixContains, printPrefix } from '@nodelocal/netfilter-sim';
import type { ProxiedNode, ProxiedService } from '../services/proxied.ts';
import type { Front } from './fronts.ts';
import { boundAddresses } from './fronts.ts';
import type { FilledSet, SetName } from './sets.ts';
import { SET_NAMES, setNameOf, SETS } from './sets.ts';

type Entry = readonly [set: SetName, entry: string];

const pair = ({ address, port, service }: Front): string => `${address},${service.port.protocol.toLowerCase()}:${port}`;

/** ipset prints a network of one address as an address. */
const printNetwork = ({ family }: ProxiedNode, range: Prefix): string => (range.length === addressWidth(family) ? range.address : printPrefix(range));

/** A node without an address in the family takes itself to be at the loopback one (cmd/kube-proxy/app/server.go, `detectNodeIPs`). */
const allowsNode = ({ nodeIp, family }: ProxiedNode, { service }: Front): boolean =>
  service.port.sourceRanges.some((range) => prefixContains(range, nodeIp ?? loopbackAddress(family)));

/** The ranges say who may come by the load balancer, and the node itself is not among them. */
export const isClosedToNode = (node: ProxiedNode, front: Front): boolean =>
  front.kind === 'load-balancer' && front.service.port.sourceRanges.length > 0 && !allowsNode(node, front);

const balancerEntries = (node: ProxiedNode, front: Front): readonly Entry[] => {
  const { sourceRanges } = front.service.port;
  const always: readonly Entry[] = [['KUBE-LOAD-BALANCER', pair(front)], ...(front.isLocal ? [['KUBE-LOAD-BALANCER-LOCAL', pair(front)] as const] : [])];
  if (sourceRanges.length === 0) return always;
  return [
    ...always,
    ['KUBE-LOAD-BALANCER-FW', pair(front)],
    ...sourceRanges.map((range): Entry => ['KUBE-LOAD-BALANCER-SOURCE-CIDR', `${pair(front)},${printNetwork(node, range)}`]),
    // The node's own packets to an address of kube-ipvs0 come from that address.
    ...(allowsNode(node, front) ? [['KUBE-LOAD-BALANCER-SOURCE-IP', `${pair(front)},${front.address}`] as const] : []),
  ];
};

/** A bitmap knows no protocol, so there is one for each; SCTP, which came later, has a hash with the node's addresses. */
const nodePortEntries = (front: Front): readonly Entry[] => {
  const { isLocal, port } = front;
  switch (front.service.port.protocol) {
    case 'TCP':
      return [['KUBE-NODE-PORT-TCP', `${port}`], ...(isLocal ? [['KUBE-NODE-PORT-LOCAL-TCP', `${port}`] as const] : [])];
    case 'UDP':
      return [['KUBE-NODE-PORT-UDP', `${port}`], ...(isLocal ? [['KUBE-NODE-PORT-LOCAL-UDP', `${port}`] as const] : [])];
    case 'SCTP':
      return [['KUBE-NODE-PORT-SCTP-HASH', pair(front)], ...(isLocal ? [['KUBE-NODE-PORT-LOCAL-SCTP-HASH', pair(front)] as const] : [])];
  }
};

const entriesAt = (node: ProxiedNode, front: Front): readonly Entry[] => {
  switch (front.kind) {
    case 'cluster':
      return [['KUBE-CLUSTER-IP', pair(front)]];
    case 'external':
      return [[front.isLocal ? 'KUBE-EXTERNAL-IP-LOCAL' : 'KUBE-EXTERNAL-IP', pair(front)]];
    case 'load-balancer':
      return balancerEntries(node, front);
    case 'node-port':
      return nodePortEntries(front);
  }
};

/** Endpoints of this node, ready or not, can meet themselves. */
const loopBackEntries = ({ port: { protocol }, endpoints }: ProxiedService): readonly Entry[] =>
  endpoints.filter(({ isLocal }) => isLocal).map(({ address, port }) => ['KUBE-LOOP-BACK', `${address},${protocol.toLowerCase()}:${port},${address}`]);

/** Where a node port finds no address to be answered at, kube-proxy turns to the next Service before it has come to this. */
const healthCheckEntries = ({ port: { healthCheckNodePort, nodePort } }: ProxiedService, hasNodePorts: boolean): readonly Entry[] =>
  healthCheckNodePort === undefined || (nodePort !== undefined && !hasNodePorts) ? [] : [['KUBE-HEALTH-CHECK-NODE-PORT', `${healthCheckNodePort}`]];

const inOrder = (one: string, other: string): number => {
  const [first, second] = [Number(one), Number(other)];
  if (!Number.isNaN(first) && !Number.isNaN(second)) return first - second;
  return one < other ? -1 : 1;
};

/** Every set of the family, with what is in it. */
export const filledSets = (node: ProxiedNode, fronts: readonly Front[]): ReadonlyMap<SetName, FilledSet> => {
  const { family, services } = node;
  const hasNodePorts = fronts.some(({ kind }) => kind === 'node-port');
  const entries: readonly Entry[] = [
    ...services.flatMap((service) => [...loopBackEntries(service), ...healthCheckEntries(service, hasNodePorts)]),
    ...fronts.flatMap((front) => entriesAt(node, front)),
    ...boundAddresses(fronts).map((address): Entry => ['KUBE-IPVS-IPS', address]),
  ];
  return new Map(
    SET_NAMES.map((name) => {
      const its = new Set(entries.filter(([set]) => set === name).map(([, entry]) => entry));
      return [name, { name: setNameOf(family, name), family, shape: SETS[name].shape, entries: [...its].toSorted(inOrder) }];
    }),
  );
};
