import { newRouting } from '../fib/lookup.ts';
import type { Routing } from '../fib/lookup.ts';
import type { Host } from '../host/host.ts';
import type { Interface, InterfaceAddress } from '../host/interface.ts';
import { addressWidth, familyOf } from '../packet/address.ts';
import type { Address, Family } from '../packet/address.ts';
import { SCOPE } from '../fib/route.ts';
import { NAME_BYTES_MAX } from '../ruleset/iptables/extension/interface-test.ts';
import { utf8Bytes } from '../ruleset/shared/text.ts';
import { derivedRoutes } from './derived-routes.ts';

/**
 * The host once these addresses are on a device, each alone in its network (`ip address add ADDRESS dev DEVICE`), with the
 * routes that the kernel makes of them. A device that is not there is made: a dummy, and as `ip link add` leaves it, down.
 * The addresses are the host's own all the same; those of IPv6 if they are added with `nodad` (seen on 6.18).
 * @throws RangeError for a name that no device can have (`dev_valid_name`, net/core/dev.c, 6.12)
 */
export const withAddresses = (host: Host, device: string, addresses: readonly Address[]): Host => {
  const known = host.interfaces.find(({ name }) => name === device);
  if (known === undefined && !isDeviceName(device)) throw new RangeError(`device is a name of 1 to 15 octets without a blank, a slash or a colon, not "${device}"`);
  const before = known ?? newDummy(host, device);
  const own = new Set(before.addresses.map(({ address }) => address));
  const after: Interface = { ...before, addresses: [...before.addresses, ...addresses.filter((address) => !own.has(address)).map(alone)] };
  const interfaces = known === undefined ? [...host.interfaces, after] : host.interfaces.map((one) => (one === known ? after : one));
  return { ...host, interfaces, routing: { ipv4: routing('ipv4', host, known, after), ipv6: routing('ipv6', host, known, after) } };
};

const isDeviceName = (name: string): boolean => /^[^\s/:]+$/.test(name) && name !== '.' && name !== '..' && utf8Bytes(name) <= NAME_BYTES_MAX;

const newDummy = ({ interfaces }: Host, name: string): Interface => ({
  index: Math.max(0, ...interfaces.map(({ index }) => index)) + 1,
  name,
  up: false,
  loopback: false,
  hardwareAddress: '02:00:00:00:00:01',
  mtu: 1500,
  link: { kind: 'dummy', noArp: true },
  addresses: [],
});

const alone = (address: Address): InterfaceAddress => ({
  address,
  prefixLength: addressWidth(familyOf(address)),
  scope: SCOPE.universe,
  secondary: false,
});

/** Behind those that there are: of two routes to one address the older wins (`fib_magic` appends, net/ipv4/fib_frontend.c, 6.12). */
const routing = (family: Family, { kernelVersion, sysctls, routing: { [family]: old } }: Host, before: Interface | undefined, after: Interface): Routing => {
  const by = { version: kernelVersion, ipv6Forwarding: sysctls.ipv6Forwarding };
  const made = (device: Interface | undefined): readonly string[] =>
    device === undefined ? [] : derivedRoutes([device], family, by).map((route) => JSON.stringify(route));
  const had = new Set(made(before));
  const added = derivedRoutes([after], family, by).filter((route) => !had.has(JSON.stringify(route)));
  if (added.length === 0) return old;
  const { merged, unlisted } = old;
  const all = newRouting([...old.routes, ...added], old.rules);
  return { ...all, merged: merged === undefined ? undefined : all.merged, ...(unlisted === undefined ? {} : { unlisted }) };
};
