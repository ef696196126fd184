import { SCOPE, TABLE } from '../fib/route.ts';
import type { Route, RouteType } from '../fib/route.ts';
import type { Interface, InterfaceAddress } from '../host/interface.ts';
import { addressBits, addressFromBits, addressWidth, familyOf } from '../packet/address.ts';
import type { Family } from '../packet/address.ts';
import { prefixMask, prefixOf } from '../packet/prefix.ts';
import type { Prefix } from '../packet/prefix.ts';

/**
 * The routes that the kernel makes of addresses by itself (`fib_add_ifaddr`, net/ipv4/fib_frontend.c,
 * 6.12): for a node whose routes were not given.
 */
export const derivedRoutes = (interfaces: readonly Interface[], family: Family): readonly Route[] =>
  interfaces.flatMap((device) =>
    device.addresses.filter(({ address }) => familyOf(address) === family).flatMap((own) => routesOf(device, own, family)),
  );

const routesOf = (device: Interface, own: InterfaceAddress, family: Family): readonly Route[] => {
  const { address, prefixLength } = own;
  const width = addressWidth(family);
  const route = (type: RouteType, destination: Prefix, scope: number): Route => ({
    type,
    destination,
    table: type === 'unicast' ? TABLE.main : TABLE.local,
    tos: 0,
    metric: 0,
    scope,
    preferredSource: address,
    nextHops: [{ device: device.name, weight: 1 }],
  });
  const network = prefixOf(address, prefixLength);
  const wide = prefixLength < width;
  return [
    // An address is the host's own even on a device that is down.
    route('local', prefixOf(address, width), SCOPE.host),
    ...(wide && device.loopback ? [route('local', network, SCOPE.host)] : []),
    ...(wide && device.up && !device.loopback ? [route('unicast', network, SCOPE.link)] : []),
    ...(family === 'ipv4' && device.up && prefixLength < 31
      ? [route('broadcast', prefixOf(addressFromBits(family, addressBits(address) | (~prefixMask(family, prefixLength) & 0xffff_ffffn)), 32), SCOPE.link)]
      : []),
  ];
};
