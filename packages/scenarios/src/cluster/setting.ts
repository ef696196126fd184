import type { Address, Host, Rule, RuleSet, Table } from '@nodelocal/netfilter-sim';
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

export const isOfCache = ({ matches }: Rule): boolean => matches.some((match) => match.kind === 'comment' && match.text.startsWith(RULE_COMMENT));

/** The node as it is in that setting; `node` has everything. */
export const applySetting = (node: Host, { notrackRules, clusterIpBound }: Setting, clusterIp: Address): Host => {
  const ruled = notrackRules ? node : { ...node, ruleSets: { ...node.ruleSets, ipv4: withoutNodeCache(node.ruleSets.ipv4) } };
  return clusterIpBound ? ruled : withoutAddress(ruled, clusterIp);
};

const withoutNodeCache = (ruleSet: RuleSet): RuleSet => withoutRules(ruleSet, isOfCache);

/** The rule set without the rules of which this is true. */
export const withoutRules = (ruleSet: RuleSet, test: (rule: Rule, place: RulePlace) => boolean): RuleSet => {
  const tableOf = (table: Table): Table => ({
    ...table,
    chains: new Map(
      [...table.chains].map(([name, chain]) => [name, { ...chain, rules: chain.rules.filter((rule) => !test(rule, { table: table.name, chain: name })) }]),
    ),
  });
  return { ...ruleSet, tables: new Map([...ruleSet.tables].map(([name, table]) => [name, tableOf(table)])) };
};

export interface RulePlace {
  readonly table: string;
  readonly chain: string;
}

/** Taking an address away takes its local route along, and the sockets bound to it. */
export const withoutAddress = (host: Host, address: Address): Host => {
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
