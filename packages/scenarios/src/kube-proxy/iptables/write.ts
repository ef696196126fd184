import { parseRuleSet, printRuleSet, restoreInto } from '@nodelocal/netfilter-sim';
import type { ProxiedNode } from '../services/proxied.ts';
import { writeBaseRules } from './base-rules.ts';
import { writeEndpointChains } from './endpoint-chains.ts';
import { answersAtLoopback, nodePortPlaces } from './node-port-places.ts';
import { writePortChains } from './port-chains.ts';
import { writePortals } from './portals.ts';
import { comment, TableText } from './restore-text.ts';

/** Beyond it comments are left out (largeClusterEndpointsThreshold of 1.34). */
const LARGE_ENDPOINTS = 1000;

const declared = (table: string, ...chains: readonly string[]): string => [`*${table}`, ...chains, 'COMMIT', ''].join('\n');
const builtIn = (...names: readonly string[]): readonly string[] => names.map((name) => `:${name} ACCEPT [0:0]`);

/** A node on which nothing has written any rule; of mangle kube-proxy has its canary only, by which it sees that tables were flushed. */
const EMPTY = [
  declared('nat', ...builtIn('PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING')),
  declared('filter', ...builtIn('INPUT', 'FORWARD', 'OUTPUT')),
  declared('mangle', ...builtIn('PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'), ':KUBE-PROXY-CANARY - [0:0]'),
].join('');

/** The last rules of KUBE-SERVICES: to this node, by whichever port. */
const writeNodePorts = (node: ProxiedNode, nat: TableText): void => {
  const said = comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain');
  const places = nodePortPlaces(node);
  switch (places.kind) {
    case 'everywhere': {
      const loopback = node.family === 'ipv6' ? '! -d ::1/128' : '! -d 127.0.0.0/8';
      nat.rule('KUBE-SERVICES', said, '-m addrtype --dst-type LOCAL', answersAtLoopback(node) ? '' : loopback, '-j KUBE-NODEPORTS');
      return;
    }
    case 'addresses':
      for (const address of places.addresses) nat.rule('KUBE-SERVICES', said, `-d ${address} -j KUBE-NODEPORTS`);
  }
};

/** What kube-proxy 1.34 in iptables mode leaves on a node in one family, as `iptables-save` or `ip6tables-save` prints it. */
export const writeIptables = (node: ProxiedNode): string => {
  const text = { filter: new TableText('filter'), nat: new TableText('nat') };
  const isLarge = node.services.reduce((sum, { endpoints }) => sum + endpoints.length, 0) > LARGE_ENDPOINTS;
  writeBaseRules(node, text);
  for (const service of node.services) {
    writePortals(node, service, text);
    writePortChains(node, service, text);
    writeEndpointChains(service, isLarge, text);
  }
  writeNodePorts(node, text.nat);
  const file = `kube-proxy on ${node.node.name}`;
  const empty = parseRuleSet(EMPTY, { file, family: node.family });
  return printRuleSet(restoreInto(empty, `${text.filter.text}${text.nat.text}`, { file }));
};
