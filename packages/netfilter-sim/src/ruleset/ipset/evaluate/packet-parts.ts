import { addressBits } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import { lacksPorts, protocolOf } from '../../../packet/packet.ts';
import type { Packet } from '../../../packet/packet.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import type { SetDimension } from '../../shared/set-reference.ts';
import { hostPart, maskAddress } from '../values/element.ts';
import { icmpPort } from '../values/icmp-names.ts';
import { setTypeInfo } from '../values/set-type.ts';
import type { PartKind } from '../values/set-type.ts';
import type { ElementPart, IpSet } from '../values/set.ts';

/** What a set sees of a packet. */
export interface PacketView {
  readonly packet: Packet;
  readonly inDevice: string;
  readonly outDevice: string;
  readonly mark: number;
  readonly link?: { readonly sourceMac: string | undefined } | undefined;
}

/** The packet's own element, whole addresses where the set has networks. */
export type PacketParts =
  | { readonly kind: 'parts'; readonly parts: readonly ElementPart[]; readonly mac: string | undefined }
  /** The packet lacks a field, so it is in no such set. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly what: string };

type Found = { readonly kind: 'part'; readonly part: ElementPart } | Exclude<PacketParts, { kind: 'parts' }>;

const NONE = { kind: 'none' } as const;

/** is_zero_ether_addr: no set looks for it. */
const NO_MAC = '00:00:00:00:00:00';

/** The `kadt` functions of net/netfilter/ipset/ip_set_*.c, 6.12. */
export const packetParts = (set: IpSet, dimensions: readonly SetDimension[], view: PacketView): PacketParts => {
  const parts: ElementPart[] = [];
  for (const [at, kind] of setTypeInfo(set.type).parts.entries()) {
    const found = readPart(set, kind, dimensions[at] ?? 'dst', view);
    if (found.kind !== 'part') return found;
    parts.push(found.part);
  }
  if (set.type !== 'bitmap:ip,mac') return { kind: 'parts', parts, mac: undefined };
  const mac = readMac(dimensions[1] ?? 'dst', view);
  if (mac.kind !== 'part') return mac;
  return { kind: 'parts', parts, mac: mac.part.kind === 'mac' ? mac.part.mac : undefined };
};

const readPart = (set: IpSet, kind: PartKind, dimension: SetDimension, view: PacketView): Found => {
  const { packet } = view;
  switch (kind) {
    case 'address':
    case 'network': {
      const address: Address = maskAddress(packet[dimension], set.options.mask);
      return setTypeInfo(set.type).refusesZero && addressBits(address) === 0n ? NONE : { kind: 'part', part: hostPart(address) };
    }
    case 'port':
      return readPort(packet, dimension);
    case 'bare-port': {
      const found = readPort(packet, dimension);
      if (found.kind !== 'part' || found.part.kind !== 'port') return found;
      const { protocol, port } = found.part;
      const counts = protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp;
      return counts ? { kind: 'part', part: { kind: 'port', protocol: 'any', port } } : NONE;
    }
    case 'mac':
      return readMac(dimension, view);
    case 'mark':
      return { kind: 'part', part: { kind: 'mark', mark: (view.mark & (set.options.markMask ?? 0xffff_ffff)) >>> 0 } };
    case 'interface': {
      const name = dimension === 'src' ? view.inDevice : view.outDevice;
      return name === '' ? NONE : { kind: 'part', part: { kind: 'interface', name, physical: false, wildcard: false } };
    }
    case 'set':
      return NONE;
  }
};

/** `ip_set_get_ip4_port` and `get_port` (net/netfilter/ipset/ip_set_getport.c, 6.12). */
const readPort = (packet: Packet, dimension: SetDimension): Found => {
  const protocol = protocolOf(packet);
  if (protocol === 0) return NONE;
  const of = (port: number): Found => ({ kind: 'part', part: { kind: 'port', protocol, port } });
  switch (packet.kind) {
    case 'udp':
    case 'tcp':
      return packet.fragment === 'later' ? NONE : of(dimension === 'src' ? packet.sport : packet.dport);
    case 'icmp':
    case 'icmpv6':
      return packet.fragment === 'later' ? NONE : of(icmpPort(packet.icmpType, packet.icmpCode));
    case 'ported':
      // DCCP's ports are not looked at.
      if (packet.protocol === PROTOCOL.dccp) break;
      return packet.fragment === 'later' ? NONE : of(dimension === 'src' ? packet.sport : packet.dport);
    case 'other':
      if (lacksPorts(packet) && packet.protocol !== PROTOCOL.dccp)
        return { kind: 'unknown', what: 'the ports of a packet that was written without them' };
      break;
  }
  return packet.fragment === 'later' && packet.family === 'ipv6' ? NONE : of(0);
};

const readMac = (dimension: SetDimension, { inDevice, link }: PacketView): Found => {
  // A packet of the host itself has no Ethernet header yet.
  if (inDevice === '') return NONE;
  if (link !== undefined && link.sourceMac === undefined) return NONE;
  if (dimension === 'dst' || link?.sourceMac === undefined) return { kind: 'unknown', what: `the ${dimension} MAC address of the packet` };
  const mac = link.sourceMac.toUpperCase();
  return mac === NO_MAC ? NONE : { kind: 'part', part: { kind: 'mac', mac } };
};
