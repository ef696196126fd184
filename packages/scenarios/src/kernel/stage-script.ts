import { printRuleSet } from '@nodelocal/netfilter-sim';
import type { Host, Interface, Route } from '@nodelocal/netfilter-sim';
import { LESSON } from '../cluster/lesson.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What the script that makes a node leaves behind: shell variables with the processes that hold the other namespaces. */
export const podVariable = (client: number): string => `pod${client}`;

/** Who has the addresses of servers elsewhere, and of all routers. */
export const FAR = 'far';

const POD_GATEWAY = '169.254.1.1';
const MAIN_TABLE = 254;

/** A process that holds a namespace until the shell ends. */
const hold = (variable: string): string =>
  `unshare --net sleep infinity & ${variable}=$!
held="$held $${variable}"
while [ "$(readlink /proc/$${variable}/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
nsenter -t $${variable} -n ip link set lo up`;

/**
 * The script for a shell in a namespace of its own that becomes the node: links, addresses, routes, sysctls and rules of a host, a
 * namespace for each pod that asks, and one for everything elsewhere.
 */
export const stageScript = (host: Host, { clients, servers, sysctls }: Scenario): string => {
  const pods = clients.flatMap(({ at }, index) => (at.kind === 'pod' ? [{ ...at, variable: podVariable(index) }] : []));
  const uplinks = new Set(servers.flatMap(({ at }) => (at.kind === 'elsewhere' ? [at.device] : [])));
  const routes = host.routing.ipv4.routes.filter(({ table, type }) => table === MAIN_TABLE && type !== 'local' && type !== 'broadcast');
  const addresses = servers.flatMap((server) => server.addresses);
  const others = host.interfaces.filter(({ name, loopback }) => !loopback && !uplinks.has(name) && !pods.some(({ device }) => device === name));
  return [
    'set -e',
    'held=""',
    "trap 'kill -9 $held 2> /dev/null; true' EXIT",
    'ip link set lo up',
    hold(FAR),
    ...pods.map(({ variable }) => hold(variable)),
    // Before devices are there, so that they begin with it.
    'sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0',
    ...host.interfaces.filter(({ name }) => uplinks.has(name)).map((device) => uplinkScript(device, pods.map(({ address }) => address))),
    ...pods.map(({ variable, device, address }) => podScript(variable, device, address)),
    ...others.map(otherScript),
    ...[...addresses].map((address) => `nsenter -t $${FAR} -n ip addr add ${address}/32 dev lo`),
    ...routes.toSorted((one, other) => Number(hasGateway(one)) - Number(hasGateway(other))).map(routeCommand),
    ...[...uplinks].map((device) => neighbours(routes, addresses, device)),
    ...Object.entries(sysctls).map(([name, value]) => `sysctl -qw ${name}=${value}`),
    rulesScript(host),
    'set +e',
  ].join('\n');
};

/** All rules of the node, in the place of what is there. */
export const rulesScript = ({ ruleSets }: Host): string => `iptables-legacy-restore <<'END'\n${printRuleSet(ruleSets.ipv4).replaceAll(COUNTS_ONLY, '')}END`;

/** kube-proxy's `-m nfacct` counts and decides nothing, and not every kernel has it. */
const COUNTS_ONLY = / -m nfacct --nfacct-name +\S+/g;

/** `/sys` would tell of the namespace that it was mounted in. */
const ownMac = (device: string, inside = ''): string => `$(${inside}ip -o link show ${device} | sed 's/.*ether \\([^ ]*\\).*/\\1/')`;

const macOf = (variable: string, device: string): string => ownMac(device, `nsenter -t $${variable} -n `);

const addressCommands = ({ name, addresses }: Interface): readonly string[] =>
  addresses
    .filter(({ address }) => !address.includes(':'))
    .map(({ address, prefixLength }) => `ip addr add ${address}/${prefixLength} dev ${name} noprefixroute`);

/** The other end answers for everything; what the network leads to this node is its own address there, and its pods. */
const uplinkScript = (device: Interface, pods: readonly string[]): string =>
  [
    `ip link add ${device.name} type veth peer name ${device.name} netns $${FAR}`,
    ...addressCommands(device),
    `ip link set ${device.name} up`,
    `nsenter -t $${FAR} -n sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.conf.${device.name}.rp_filter=0`,
    `nsenter -t $${FAR} -n ip link set ${device.name} up`,
    `nsenter -t $${FAR} -n ip route add ${POD_GATEWAY} dev ${device.name}`,
    ...[...device.addresses.map(({ address }) => address).filter((address) => !address.includes(':')), ...pods].map(
      (address) => `nsenter -t $${FAR} -n ip route add ${address}/32 via ${POD_GATEWAY} dev ${device.name}`,
    ),
    `nsenter -t $${FAR} -n ip neigh add ${POD_GATEWAY} lladdr "${ownMac(device.name)}" dev ${device.name}`,
  ].join('\n');

/** As Calico has it: a link without an address, and a gateway that is not there but in the pod's neighbours. */
const podScript = (variable: string, device: string, address: string): string =>
  [
    `ip link add ${device} type veth peer name eth0 netns $${variable}`,
    `ip link set ${device} up`,
    `nsenter -t $${variable} -n ip addr add ${address}/32 dev eth0`,
    `nsenter -t $${variable} -n ip link set eth0 up`,
    `nsenter -t $${variable} -n ip route add ${POD_GATEWAY} dev eth0`,
    `nsenter -t $${variable} -n ip route add default via ${POD_GATEWAY} dev eth0`,
    `nsenter -t $${variable} -n ip neigh add ${POD_GATEWAY} lladdr "${ownMac(device)}" dev eth0`,
    `ip neigh add ${address} lladdr "${macOf(variable, 'eth0')}" dev ${device}`,
  ].join('\n');

/** Whatever it is, its addresses are what counts. Not every kernel has dummies: a bridge without ports is as good. */
const otherScript = (device: Interface): string =>
  [`ip link add ${device.name} type bridge`, ...addressCommands(device), ...(device.up || device.name === LESSON.cacheDevice ? [`ip link set ${device.name} up`] : [])].join('\n');

const hasGateway = ({ nextHops }: Route): boolean => nextHops.some(({ gateway }) => gateway !== undefined);

const routeCommand = ({ type, destination, nextHops, metric, preferredSource }: Route): string => {
  const [hop] = nextHops;
  const to = `${destination.address}/${destination.length}`;
  const how = [
    ...(hop?.gateway === undefined ? [] : [`via ${hop.gateway}`]),
    ...(hop === undefined ? [] : [`dev ${hop.device}`]),
    ...(preferredSource === undefined ? [] : [`src ${preferredSource}`]),
    ...(metric === 0 ? [] : [`metric ${metric}`]),
  ].join(' ');
  // Where there are two to one place, the first one counts: as it was captured.
  return `ip route append ${type === 'unicast' ? '' : `${type} `}${to} ${how}`.trimEnd();
};

/** Nobody there answers ARP for routers, nor for what is behind them. */
const neighbours = (routes: readonly Route[], addresses: readonly string[], device: string): string => {
  const gateways = routes.flatMap(({ nextHops }) => nextHops.flatMap((hop) => (hop.device === device && hop.gateway !== undefined ? [hop.gateway] : [])));
  return [...new Set<string>([...gateways, ...addresses])].map((address) => `ip neigh replace ${address} lladdr "${macOf(FAR, device)}" dev ${device}`).join('\n');
};
