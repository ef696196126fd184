import { routingKey } from '../fib/key.ts';
import { lookup } from '../fib/lookup.ts';
import type { RoutingKey } from '../fib/lookup.ts';
import { isDeviceUp, LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { addressesOf, isLimitedBroadcast, isLocalMulticast, isMulticast, isThisNetwork } from '../host/interface.ts';
import { atLeast } from '../kernel-version.ts';
import { addressBits } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';
import type { AddressType, FibQuery } from '../ruleset/shared/context.ts';
import type { Hook } from '../ruleset/shared/hooks.ts';
import { addressType } from './address-type.ts';
import { isLinkLocal } from './source-ipv6.ts';

/* What `fib` of nftables asks routing about an address of a packet. */

/** A packet at a hook. */
interface At {
  readonly packet: Packet;
  readonly mark: number;
  readonly hook: Hook;
  readonly inDevice: string;
  readonly outDevice: string;
  /** Of what the host itself sent to many. */
  readonly isCopy: boolean;
}

const deviceOf = ({ inDevice, outDevice }: At, { by }: FibQuery): string | undefined => {
  switch (by) {
    case 'input':
      return inDevice;
    case 'output':
      return outDevice;
    case undefined:
      return undefined;
  }
};

/** Routing is asked as for a packet of the host. */
const keyOf = (at: At, query: FibQuery): RoutingKey => {
  const { packet, mark } = at;
  const { source: _, sport: _s, dport: _d, ...key } = routingKey(packet, query.mark ? mark : 0, LOOPBACK);
  const [destination, source] = query.of === 'source' ? [packet.src, packet.dst] : [packet.dst, packet.src];
  return { ...key, destination, ...(isSource(source) ? { source } : {}), ...linkOf(at, query, destination) };
};

/** By which device a packet seems to come: where one passes through, its device is looked for as for what would come back. */
const backBy = ({ hook, outDevice }: At, { of, by }: FibQuery): Partial<RoutingKey> =>
  of === 'source' && by === 'input' && hook === 'FORWARD' ? { inDevice: outDevice } : {};

/** On whose link a link-local address is looked for (`nft_fib6_flowi_init`). */
const linkOf = (at: At, query: FibQuery, destination: Address): Pick<RoutingKey, 'outDevice'> => {
  const link = deviceOf(at, query) ?? (at.hook === 'POSTROUTING' ? at.outDevice : at.inDevice);
  return at.packet.family === 'ipv6' && isLinkLocal(destination) && link !== '' ? { outDevice: link } : {};
};

/** `get_saddr` (net/ipv4/netfilter/nft_fib_ipv4.c, 6.18); IPv6 looks whether it is one host's. */
const isSource = (address: Address): boolean => !isMulticast(address) && !isLimitedBroadcast(address) && addressBits(address) !== 0n;

/**
 * The device by which routing would reach the address, empty where none (`nft_fib4_eval`, `nft_fib6_eval`, 6.18); with a
 * device of the packet, only that one counts. `undefined`: the hash of a flow decides.
 */
export const fibDevice = (host: Host, at: At, query: FibQuery): string | undefined => {
  const { packet, inDevice } = at;
  if (skipsLookup(host, at)) return inDevice;
  const fromNowhere = isThisNetwork(packet.src, host.kernelVersion);
  if (fromNowhere && (isLimitedBroadcast(packet.dst) || isLocalMulticast(packet.dst))) return inDevice;
  const found = lookup(host.routing[packet.family], { ...keyOf(at, query), ...backBy(at, query) }, isDeviceUp(host));
  if (found.kind === 'error') return '';
  const { type, nextHops } = found.route;
  if (type === 'local' || (packet.family === 'ipv6' && type === 'anycast')) return '';
  const wanted = deviceOf(at, query);
  if (packet.family === 'ipv6' && nextHops.length > 1) return undefined;
  if (wanted === undefined) return found.nextHop.device;
  return nextHops.some(({ device }) => device === wanted) ? wanted : '';
};

/** `nft_fib_can_skip` (include/net/netfilter/nft_fib.h, 6.18): what comes by `lo`, or as if by it, came from there. Since 6.15 in INPUT too. */
const skipsLookup = ({ kernelVersion }: Host, { hook, inDevice, isCopy }: At): boolean =>
  (inDevice === LOOPBACK || isCopy) && (hook === 'PREROUTING' || (hook === 'INPUT' && atLeast(kernelVersion, 6, 15)));

/** What kind of address it is. */
export const fibType = (host: Host, at: At, query: FibQuery): AddressType => {
  const address = query.of === 'source' ? at.packet.src : at.packet.dst;
  const device = deviceOf(at, query);
  return at.packet.family === 'ipv4' ? addressType(host, address, device) : typeIpv6(host, address, device, keyOf(at, query));
};

/** `__nft_fib6_eval_type` (net/ipv6/netfilter/nft_fib_ipv6.c, 6.18): the device matters to addresses of the host alone. */
const typeIpv6 = (host: Host, address: Address, device: string | undefined, key: RoutingKey): AddressType => {
  const found = lookup(host.routing.ipv6, key, isDeviceUp(host));
  if (found.kind === 'error') return found.error === 'blackhole' ? 'BLACKHOLE' : found.error === 'prohibited' ? 'PROHIBIT' : 'UNREACHABLE';
  if (found.route.type === 'anycast') return 'ANYCAST';
  if (device === undefined ? found.route.type === 'local' : isOwn(host, address, device)) return 'LOCAL';
  if (isMulticast(address)) return 'MULTICAST';
  return addressBits(address) === 0n ? 'UNSPEC' : 'UNICAST';
};

const isOwn = ({ interfaces }: Host, address: Address, device: string): boolean =>
  interfaces.some((one) => one.name === device && addressesOf(one, 'ipv6').some((own) => own.address === address && own.tentative !== true));
