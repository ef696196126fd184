import type { ProxiedNode } from '../services/proxied.ts';
import { baseChains } from './base-chains.ts';
import { containersOf } from './containers.ts';
import { nodePortPlaces } from './node-ports.ts';
import { printTable } from './print.ts';
import { writtenOver } from './running.ts';
import { serviceChains } from './service-chains.ts';
import type { Table } from './table.ts';

/** A node in both families, `ipv4` and `ipv6`; `undefined`: its kernel has no such family. */
export interface ProxiedFamilies {
  readonly ipv4: ProxiedNode | undefined;
  readonly ipv6: ProxiedNode | undefined;
}

const tableOf = (node: ProxiedNode): Table => {
  const places = nodePortPlaces(node);
  return {
    family: node.family,
    containers: containersOf(node, places),
    chains: [...baseChains(node, places), ...node.services.flatMap((service) => serviceChains(node, service))],
  };
};

const written = (node: ProxiedNode | undefined, earlier: ProxiedNode | undefined): string => {
  if (node === undefined) return '';
  return printTable(earlier === undefined ? tableOf(node) : writtenOver(tableOf(earlier), tableOf(node)));
};

/**
 * What `nft list ruleset` (1.0.6) prints of what kube-proxy 1.34 in nftables mode writes on a node without other rules: a table
 * for each family, '' for neither.
 *
 * @param earlier what the same kube-proxy had written when the objects became what they are; left out, it starts afresh
 * @param ipv4 the node; left out where its kernel has no such family
 * @param ipv6 the same node
 */
export const writeNftables = (ipv4: ProxiedNode | undefined, ipv6: ProxiedNode | undefined, earlier?: ProxiedFamilies): string =>
  written(ipv4, earlier?.ipv4) + written(ipv6, earlier?.ipv6);
