import { lookup } from '../fib/lookup.ts';
import { TABLE } from '../fib/route.ts';
import type { RouteType } from '../fib/route.ts';
import { candidates } from '../fib/table.ts';
import { isDeviceUp, LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { isMulticast, isThisNetwork } from '../host/interface.ts';
import { addressBits, familyOf } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import type { AddressType } from '../ruleset/shared/context.ts';

const NAMES: Readonly<Record<RouteType, AddressType>> = {
  unspec: 'UNSPEC',
  unicast: 'UNICAST',
  local: 'LOCAL',
  broadcast: 'BROADCAST',
  anycast: 'ANYCAST',
  multicast: 'MULTICAST',
  blackhole: 'BLACKHOLE',
  unreachable: 'UNREACHABLE',
  prohibit: 'PROHIBIT',
  throw: 'THROW',
};

/**
 * What kind of address it is to this host (`__inet_dev_addr_type`, net/ipv4/fib_frontend.c, 6.12).
 * With a device, a route counts only if it leads there. Only the local table is asked, which is one
 * with main while the two are merged.
 */
export const addressType = (host: Host, address: Address, device?: string): AddressType =>
  familyOf(address) === 'ipv4' ? addressTypeIpv4(host, address, device) : addressTypeIpv6(host, address, device);

const addressTypeIpv4 = (host: Host, address: Address, device?: string): AddressType => {
  const bits = addressBits(address);
  if (isThisNetwork(address, host.kernelVersion) || bits === 0xffff_ffffn) return 'BROADCAST';
  if (isMulticast(address)) return 'MULTICAST';
  const { merged, tables } = host.routing.ipv4;
  const index = merged ?? tables.get(TABLE.local);
  if (index === undefined) return 'UNICAST';
  for (const route of candidates(index, address)) {
    if (route.type === 'throw') break;
    if (route.tos !== 0) continue;
    const toDevice = route.nextHops[0]?.device;
    return device === undefined || device === toDevice ? NAMES[route.type] : 'UNICAST';
  }
  return 'UNICAST';
};

/** `match_lookup_rt6` (net/netfilter/xt_addrtype.c, 6.12): the tables come first, then what the address is by itself. */
const addressTypeIpv6 = (host: Host, address: Address, device?: string): AddressType => {
  const key = { destination: address, tos: 0, mark: 0, protocol: 0, inDevice: LOOPBACK };
  const found = lookup(host.routing.ipv6, device === undefined ? key : { ...key, outDevice: device }, isDeviceUp(host));
  if (found.kind === 'error') return 'UNREACHABLE';
  if (found.route.type === 'unicast' && addressBits(address) === 0n) return 'UNSPEC';
  return found.route.type === 'unicast' && isMulticast(address) ? 'MULTICAST' : NAMES[found.route.type];
};
