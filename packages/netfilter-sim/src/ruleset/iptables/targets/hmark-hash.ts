import type { Tuple } from '../../../conntrack/entry/tuple.ts';
import { jhash2 } from '../../../nat/jhash.ts';
import { addressBits, addressWidth, familyOf } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import { protocolOf } from '../../../packet/packet.ts';
import type { IcmpPacket, Packet } from '../../../packet/packet.ts';
import { prefixMask } from '../../../packet/prefix.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import type { ConntrackView } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { NotModelled } from '../../shared/not-modelled.ts';

/** `struct xt_hmark_info` (include/uapi/linux/netfilter/xt_HMARK.h) with defaults for what a rule leaves out. */
export interface HmarkInputs {
  /** Prefix lengths. */
  readonly srcPrefix: number;
  readonly dstPrefix: number;
  /** The source port's bits above those of the destination port; an SPI takes the place of both. */
  readonly portMask: number;
  readonly portSet: number;
  readonly protocolMask: number;
  readonly seed: number;
  readonly modulus: number;
  readonly offset: number;
}

/** What goes into the hash: 32 bits for each address, the ports. */
interface Ingredients {
  readonly src: number;
  readonly dst: number;
  readonly ports: number;
  readonly protocol: number;
}

/** hmark_addr_mask: the words of an IPv6 address become one. */
const fold = (address: Address, length: number): number => {
  const family = familyOf(address);
  let bits = addressBits(address) & prefixMask(family, length);
  let folded = 0n;
  for (let width = addressWidth(family); width > 0; width -= 32) {
    folded ^= bits & 0xffff_ffffn;
    bits >>= 32n;
  }
  return Number(folded);
};

/** hmark_swap_ports: both directions come to the same. */
const orderPorts = (sport: number, dport: number, { portMask, portSet }: HmarkInputs): number => {
  const word = ((((sport << 16) | dport) & portMask) | portSet) >>> 0;
  const [one, other] = [word >>> 16, word & 0xffff];
  return ((Math.max(one, other) << 16) | Math.min(one, other)) >>> 0;
};

/** hmark_hash. */
const hash = ({ src, dst, ports, protocol }: Ingredients, { seed, protocolMask, modulus, offset }: HmarkInputs): number => {
  const mixed = jhash2([Math.min(src, dst), Math.max(src, dst), ports], seed) ^ (protocol & protocolMask);
  return Number(((BigInt(mixed >>> 0) * BigInt(modulus)) >> 32n) + BigInt(offset)) % 2 ** 32;
};

const ICMP_ERRORS: readonly number[] = [3, 4, 5, 11, 12];

const isError = ({ kind, icmpType }: IcmpPacket): boolean =>
  kind === 'icmp' ? ICMP_ERRORS.includes(icmpType) : icmpType > 0 && icmpType < 128;

/** hmark_pkt_set_htuple_ipv4 and _ipv6: an ICMP error counts as the packet that it quotes. */
const ofPacket = (packet: Packet, inputs: HmarkInputs): Ingredients | NotModelled => {
  if ((packet.kind === 'icmp' || packet.kind === 'icmpv6') && packet.fragment !== 'later' && isError(packet)) {
    return packet.inner === undefined ? notModelled('the packet that an ICMP error quotes') : ofQuoted(packet.inner, inputs);
  }
  return ofQuoted(packet, inputs);
};

const ofQuoted = (packet: Packet, inputs: HmarkInputs): Ingredients | NotModelled => {
  const protocol = protocolOf(packet);
  const base = { src: fold(packet.src, inputs.srcPrefix), dst: fold(packet.dst, inputs.dstPrefix), protocol, ports: 0 };
  if (packet.fragment !== undefined) return base;
  switch (packet.kind) {
    case 'udp':
    case 'tcp':
    case 'ported':
      return { ...base, ports: orderPorts(packet.sport, packet.dport, inputs) };
    case 'icmp':
    case 'icmpv6':
      return base;
    case 'other': {
      const hasSpi = protocol === PROTOCOL.esp || protocol === PROTOCOL.ah;
      if (!hasSpi) return base;
      return inputs.portMask === 0
        ? { ...base, ports: orderPorts(0, 0, inputs) }
        : notModelled('the security parameter index of a packet');
    }
  }
};

/** hmark_ct_set_htuple: who asks and who answers, whatever direction the packet has. */
const ofConnection = (original: Tuple, reply: Tuple, inputs: HmarkInputs): Ingredients | NotModelled => {
  const { protocol } = original;
  const base = { src: fold(original.src, inputs.srcPrefix), dst: fold(reply.src, inputs.dstPrefix), protocol, ports: 0 };
  if (protocol === PROTOCOL.icmp) return base;
  if (protocol === PROTOCOL.gre) return notModelled('the keys of a GRE connection');
  const id = (tuple: Tuple): number =>
    tuple.kind === 'ports' ? tuple.sport : tuple.kind === 'icmp' ? tuple.icmpId : 0;
  return { ...base, ports: orderPorts(id(original), id(reply), inputs) };
};

/** The mark that HMARK makes (net/netfilter/xt_HMARK.c, 6.12); `undefined`: it leaves the packet as it is. */
export const hmarkOf = (
  inputs: HmarkInputs,
  by: { readonly kind: 'packet'; readonly packet: Packet } | { readonly kind: 'connection'; readonly conntrack: ConntrackView },
): number | undefined | NotModelled => {
  if (by.kind === 'packet') {
    const found = ofPacket(by.packet, inputs);
    return 'kind' in found ? found : hash(found, inputs);
  }
  if (by.conntrack.kind !== 'tracked') return undefined;
  const { original, reply } = by.conntrack.entry;
  const found = ofConnection(original, reply, inputs);
  return 'kind' in found ? found : hash(found, inputs);
};
