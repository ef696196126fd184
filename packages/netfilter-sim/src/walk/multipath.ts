import { isIcmpError } from '../conntrack/track.ts';
import type { ChooseHop, RoutingKey } from '../fib/lookup.ts';
import type { NextHop } from '../fib/route.ts';
import type { Environment } from '../flight/environment.ts';
import { familyOf } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';

/**
 * Hashing a flow to one of several next hops (`fib_multipath_hash`, net/ipv4/route.c, 6.12) takes a
 * secret that the kernel drew when it started. So chance decides, by the hops' weights, once for
 * each flow; the state remembers.
 */
export const chooseHop =
  (environment: Environment): ChooseHop =>
  (hops, key) => {
    const { memory } = environment.state;
    const memoryKey = `multipath ${hashedOf(environment, key)} ${hops.map(printHop).join(', ')}`;
    const known = memory.get(memoryKey) as { readonly hop: number } | undefined;
    if (known !== undefined) return hops[known.hop];
    const hop = drawHop(environment, hops, key);
    memory.set(memoryKey, { hop });
    return hops[hop];
  };

/** ICMP errors follow the packet that they quote (`ip_multipath_l3_keys`); only what arrives is looked into. */
export const byErrorsQuote = (packet: Packet, choose: ChooseHop): ChooseHop => {
  const quoted = isIcmpError(packet) ? packet.inner : undefined;
  return quoted === undefined ? choose : (hops, key) => choose(hops, { ...key, source: quoted.src, destination: quoted.dst });
};

const hashedOf = ({ host }: Environment, { source, destination, protocol, sport, dport }: RoutingKey): string => {
  const family = familyOf(destination);
  const ends = `${source ?? 'any'} ${destination}`;
  switch (host.sysctls.multipathHashPolicy[family]) {
    case 1:
      return `${ends} ${protocol} ${sport ?? ''} ${dport ?? ''}`;
    case 3:
      return `${ends} ${protocol}`;
    default:
      // rt6_multipath_hash (net/ipv6/route.c, 6.12) takes the protocol in as well.
      return family === 'ipv6' ? `${ends} ${protocol}` : ends;
  }
};

const printHop = ({ device, gateway }: NextHop): string => (gateway === undefined ? device : `${gateway} by ${device}`);

/** One question for each hop but the last, so that it can be explored and assumed like any other chance. */
const drawHop = ({ chance }: Environment, hops: readonly NextHop[], { destination }: RoutingKey): number => {
  let left = hops.reduce((sum, { weight }) => sum + weight, 0);
  for (const [at, hop] of hops.slice(0, -1).entries()) {
    const what = `next hop ${printHop(hop)} to ${destination}`;
    if (chance.choose({ kind: 'chance', what, probability: hop.weight / left }) === true) return at;
    left -= hop.weight;
  }
  return hops.length - 1;
};
