import type { Address, Chain, Host, RuleSet, Table } from '@nodelocal/netfilter-sim';
import { newRouting } from '@nodelocal/netfilter-sim';

/** The two things that NodeLocal DNSCache does to a node, each of which can be missing. */
export interface Setting {
  /** Its rules in raw and filter. */
  readonly notrackRules: boolean;
  /** The cluster IP of kube-dns bound on its interface. */
  readonly clusterIpBound: boolean;
}

/** Begins the comment of every rule that node-cache installs (cmd/node-cache/app/cache_app.go). */
const RULE_COMMENT = 'NodeLocal DNS Cache:';

/** The node as it is in that setting; `node` has everything. */
export const applySetting = (node: Host, { notrackRules, clusterIpBound }: Setting, clusterIp: Address): Host => {
  const ruled = notrackRules ? node : { ...node, ruleSets: { ...node.ruleSets, ipv4: withoutNodeCache(node.ruleSets.ipv4) } };
  return clusterIpBound ? ruled : withoutAddress(ruled, clusterIp);
};

const withoutNodeCache = (ruleSet: RuleSet): RuleSet => {
  const chainOf = (chain: Chain): Chain => ({
    ...chain,
    rules: chain.rules.filter(
      ({ matches }) => !matches.some((match) => match.kind === 'comment' && match.text.startsWith(RULE_COMMENT)),
    ),
  });
  const tableOf = (table: Table): Table => ({
    ...table,
    chains: new Map([...table.chains].map(([name, chain]) => [name, chainOf(chain)])),
  });
  return { ...ruleSet, tables: new Map([...ruleSet.tables].map(([name, table]) => [name, tableOf(table)])) };
};

/** Taking an address away takes its local route along, and the sockets bound to it. */
const withoutAddress = (host: Host, address: Address): Host => {
  const { routes, rules } = host.routing.ipv4;
  const kept = routes.filter((route) => !(route.type === 'local' && route.destination.address === address));
  return {
    ...host,
    interfaces: host.interfaces.map((device) => ({
      ...device,
      addresses: device.addresses.filter((own) => own.address !== address),
    })),
    routing: { ...host.routing, ipv4: newRouting(kept, rules) },
    sockets: host.sockets?.filter((socket) => socket.address !== address),
  };
};
