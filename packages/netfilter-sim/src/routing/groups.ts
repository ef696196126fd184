import { interfaceNamed } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import type { Interface } from '../host/interface.ts';
import { address, addressBits, addressFromBits, familyOf } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';

/** Every IPv4 device is in the group of all hosts (`ip_mc_up`, net/ipv4/igmp.c, 6.12). */
const ALL_HOSTS = address('224.0.0.1');
/** `ipv6_mc_init_dev` (net/ipv6/mcast.c) and `dev_forward_change` (net/ipv6/addrconf.c), 6.12. */
const ALL_NODES: readonly Address[] = [address('ff02::1'), address('ff01::1')];
const ALL_ROUTERS: readonly Address[] = [address('ff02::2'), address('ff01::2'), address('ff05::2')];

/**
 * Whether somebody on the device has joined the group that the packet is for (`ip_check_mc_rcu`, `ipv6_chk_mcast_addr`,
 * 6.12). Where `ip maddr` was not given, the kernel's own groups are known; of programs, a socket on the port may have
 * joined, and one that `ss` does not list, for another protocol than UDP.
 */
export const hasJoined = (host: Host, name: string, packet: Packet): boolean | 'unknown' => {
  const device = interfaceNamed(host, name);
  if (device === undefined) return false;
  if (device.groups !== undefined) return device.groups.includes(packet.dst);
  if (isInByItself(host, device, packet.dst)) return true;
  switch (packet.kind) {
    case 'udp':
      return (host.sockets ?? []).some(({ protocol, port }) => protocol === 'udp' && port === packet.dport) ? 'unknown' : false;
    case 'tcp':
    case 'icmp':
    case 'icmpv6':
      return false;
    case 'ported':
    case 'other':
      return 'unknown';
  }
};

const isInByItself = (host: Host, { addresses, loopback, link }: Interface, group: Address): boolean => {
  if (familyOf(group) === 'ipv4') return group === ALL_HOSTS;
  if (ALL_NODES.includes(group)) return true;
  if (host.sysctls.ipv6Forwarding && link?.multicast !== false && ALL_ROUTERS.includes(group)) return true;
  // addrconf_join_solict: who needs no neighbour discovery hears none.
  const solicits = !loopback && link?.noArp !== true;
  return solicits && addresses.some((own) => familyOf(own.address) === 'ipv6' && solicitedNode(own.address) === group);
};

/** RFC 4291 §2.7.1: the group of all who share an address's last 24 bits. */
const solicitedNode = (own: Address): Address =>
  addressFromBits('ipv6', addressBits(address('ff02::1:ff00:0')) | (addressBits(own) & 0xff_ffffn));
