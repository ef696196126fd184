import { SCOPE } from '../fib/route.ts';
import { atLeast } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';
import { addressBits, familyOf } from '../packet/address.ts';
import type { Address, Family } from '../packet/address.ts';
import { prefixContains, prefixOf } from '../packet/prefix.ts';

/** An address of an interface, as `ip addr` shows it. */
export interface InterfaceAddress {
  readonly address: Address;
  /** 0 to 32, or to 128. */
  readonly prefixLength: number;
  /** The other end of a link between two, whose network the prefix is then; absent: there is none. */
  readonly peer?: Address;
  /** Address for all in the network; absent: none was set. */
  readonly broadcast?: Address;
  /** Metric of the route that the kernel makes to the network; absent: the kernel's usual one. */
  readonly metric?: number;
  /** The kernel was told to make no such route; absent: it makes one. */
  readonly noPrefixRoute?: boolean;
  /** `RT_SCOPE_*`: 0 global, 253 link, 254 host. */
  readonly scope: number;
  /** A further address of a network that the interface is already in. */
  readonly secondary: boolean;
  /** IPv6: still good for replies, but not for new connections; absent: for both. */
  readonly deprecated?: boolean;
  /** IPv6: not yet known to be unique, so not to be used; absent: it is known. */
  readonly tentative?: boolean;
  /** IPv6: used although tentative (RFC 4429); absent: not. */
  readonly optimistic?: boolean;
}

/** What `ip -d link` tells of a device besides. */
interface InterfaceLink {
  /** `veth`, `bridge`, `dummy`, `vrf` …; real hardware has none. */
  readonly kind?: string;
  /** The bridge or VRF that it belongs to. */
  readonly master?: string;
  readonly noArp: boolean;
  /** It carries groups; a router joins theirs on such devices. */
  readonly multicast?: boolean;
  /** A port of a bridge sends back what came in by it. */
  readonly hairpin?: boolean;
  /** A port of a bridge that reaches no other such port. */
  readonly isolated?: boolean;
  /** A bridge that shows what it switches to the hooks, whatever the sysctl says. */
  readonly calls?: Readonly<Record<Family, boolean>>;
  /** A VRF's routing table. */
  readonly table?: number;
  /** A program looks at every packet before the kernel does. */
  readonly xdp?: boolean;
}

/** A network device of the host. */
export interface Interface {
  /** The kernel's number of it, from 1. */
  readonly index: number;
  /** At most 15 octets: `eth0`. */
  readonly name: string;
  /** It was set up (IFF_UP). */
  readonly up: boolean;
  /** It is `lo` (IFF_LOOPBACK). */
  readonly loopback: boolean;
  readonly hardwareAddress: string;
  /** The longest packet that it sends, in octets, IP header and all. */
  readonly mtu: number;
  /** The number of its group (`ip link set … group`); absent: not told, or by a name of the host's own. */
  readonly group?: number;
  /** Absent: nobody told. */
  readonly link?: InterfaceLink;
  /** In the order in which the kernel lists them. */
  readonly addresses: readonly InterfaceAddress[];
  /** The groups that it is a member of (`ip maddr`); absent: not told. */
  readonly groups?: readonly Address[];
}

export const addressesOf = (device: Interface, family: Family): readonly InterfaceAddress[] =>
  device.addresses.filter(({ address }) => familyOf(address) === family);

/**
 * The source address for packets that leave by a device towards a next hop (`inet_select_addr`,
 * net/ipv4/devinet.c, 6.12); `undefined`: the host has none that fits.
 */
export const selectSource = (
  interfaces: readonly Interface[],
  device: string,
  nextHop: Address,
  scope: number,
): Address | undefined => {
  const family = familyOf(nextHop);
  const own = interfaces.find(({ name }) => name === device);
  const fitting = (own === undefined ? [] : addressesOf(own, family)).filter(
    (candidate) => !candidate.secondary && candidate.scope <= scope,
  );
  const near = fitting.find(({ address, peer, prefixLength }) => prefixContains(prefixOf(peer ?? address, prefixLength), nextHop));
  const found = near ?? fitting[0];
  if (found !== undefined) return found.address;
  for (const other of interfaces.toSorted((a, b) => a.index - b.index)) {
    const any = addressesOf(other, family).find(
      (candidate) => !candidate.secondary && candidate.scope !== SCOPE.link && candidate.scope <= scope,
    );
    if (any !== undefined) return any.address;
  }
  return undefined;
};

/** The device that has the address among its own. */
export const holderOf = (interfaces: readonly Interface[], address: Address): string | undefined =>
  interfaces.find((device) => device.addresses.some((own) => own.address === address))?.name;

export const isLimitedBroadcast = (address: Address): boolean => address === '255.255.255.255';

/** IPv4 addresses that no packet can have: 0.0.0.0, and before 5.3 (96125bf9985a) all of 0.0.0.0/8. */
export const isThisNetwork = (address: Address, version: KernelVersion): boolean =>
  familyOf(address) === 'ipv4' && addressBits(address) >> (atLeast(version, 5, 3) ? 0n : 24n) === 0n;

export const isMulticast = (address: Address): boolean =>
  familyOf(address) === 'ipv4' ? addressBits(address) >> 28n === 0xen : addressBits(address) >> 120n === 0xffn;

/** 224.0.0.0/24, which routers do not forward. */
export const isLocalMulticast = (address: Address): boolean =>
  familyOf(address) === 'ipv4' && addressBits(address) >> 8n === 0xe0_00_00n;

export const isLoopbackAddress = (address: Address): boolean =>
  familyOf(address) === 'ipv4' ? addressBits(address) >> 24n === 127n : addressBits(address) === 1n;
