/*
 * A network namespace like a pod's: a veth to the node, which routes to it as node agents route to pods, without an address of its
 * own on that end. Who is whose neighbour is written down, since kube-proxy in IPVS mode keeps nodes from saying it (arp_ignore).
 * The namespace has no name: it is there while the process is that lives in it, and the veth, its routes and neighbours go with it.
 */

/** The node's end. */
const POD_LINK = 'nodelocalprobe';

const NODE_MAC = '02:00:00:00:53:01';
const POD_MAC = '02:00:00:00:53:02';

/** Next hops that nobody has; that of IPv6 must be link-local. */
const GATEWAYS = { ipv4: '169.254.1.1', ipv6: 'fe80::1' } as const;

const isIpv6 = (address: string): boolean => address.includes(':');

const bits = (address: string): string => (isIpv6(address) ? '128' : '32');

/** For `ip -batch`, on the node. */
export const nodeEndText = (pid: number, addresses: readonly string[]): string =>
  [
    `link add name ${POD_LINK} address ${NODE_MAC} type veth peer name eth0 address ${POD_MAC} netns ${pid}`,
    `link set dev ${POD_LINK} up`,
    ...addresses.flatMap((address) => [
      `neigh replace ${address} lladdr ${POD_MAC} dev ${POD_LINK} nud permanent`,
      `route add ${address}/${bits(address)} dev ${POD_LINK}`,
    ]),
    '',
  ].join('\n');

/** What is left of a veth whose other end nobody has any more. */
export const nodeEndRemovalText = `link del dev ${POD_LINK}\n`;

/** For `ip -batch`, in the namespace. */
export const podEndText = (addresses: readonly string[]): string =>
  [
    'link set dev lo up',
    'link set dev eth0 up',
    ...addresses.flatMap((address) => {
      const gateway = GATEWAYS[isIpv6(address) ? 'ipv6' : 'ipv4'];
      return [
        `addr add ${address}/${bits(address)} dev eth0${isIpv6(address) ? ' nodad' : ''}`,
        `neigh replace ${gateway} lladdr ${NODE_MAC} dev eth0 nud permanent`,
        `route add default via ${gateway} dev eth0 onlink`,
      ];
    }),
    '',
  ].join('\n');

/** Those that the pod can ask: of a family in which it has an address. */
export const askable = (local: readonly string[], pod: readonly string[]): readonly string[] =>
  local.filter((address) => pod.some((own) => isIpv6(own) === isIpv6(address)));
