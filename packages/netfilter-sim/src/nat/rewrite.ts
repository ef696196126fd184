import type { Entry } from '../conntrack/entry/entry.ts';
import { invertTuple } from '../conntrack/entry/tuple.ts';
import type { Direction, Tuple } from '../conntrack/entry/tuple.ts';
import { opposite, tupleIn } from '../conntrack/table.ts';
import { invariant } from '../error.ts';
import type { IcmpPacket, Packet } from '../packet/packet.ts';
import type { Manip } from './range.ts';

const otherManip = (manip: Manip): Manip => (manip === 'source' ? 'destination' : 'source');

/** Whether the stored mapping concerns this side of packets of that direction (`nf_nat_packet`). */
const concerns = (entry: Entry, manip: Manip, direction: Direction): boolean => {
  // Replies are the mirror: what was done to the source is undone at the destination.
  const decided = direction === 'original' ? manip : otherManip(manip);
  return decided === 'source' ? entry.status.sourceNat : entry.status.destinationNat;
};

const targetTuple = (entry: Entry, direction: Direction): Tuple => {
  const target = invertTuple(tupleIn(entry, opposite(direction)));
  invariant(target.kind === 'tuple', 'a tracked tuple can be inverted');
  return target.tuple;
};

/** Sets one side of the packet's addresses and ports as the connection's mapping says. */
export const rewrite = (packet: Packet, entry: Entry, manip: Manip, direction: Direction): Packet =>
  concerns(entry, manip, direction) ? setSide(packet, targetTuple(entry, direction), manip) : packet;

const setSide = (packet: Packet, to: Tuple, manip: Manip): Packet => {
  const address = manip === 'source' ? { src: to.src } : { dst: to.dst };
  switch (packet.kind) {
    case 'udp':
    case 'tcp':
    case 'ported':
      if (to.kind !== 'ports') return { ...packet, ...address };
      return { ...packet, ...address, ...(manip === 'source' ? { sport: to.sport } : { dport: to.dport }) };
    case 'icmp':
    case 'icmpv6':
      return { ...packet, ...address, icmpId: to.kind === 'icmp' ? to.icmpId : packet.icmpId };
    case 'other':
      return { ...packet, ...address };
  }
};

export type ErrorTranslation = { readonly kind: 'packet'; readonly packet: Packet } | { readonly kind: 'drop' };

/** ICMP type 5: a redirect cannot be translated. */
const ICMP_REDIRECT = 5;

/**
 * An ICMP error about a translated connection: the quoted packet is put back as its sender knew it,
 * the error itself comes from where the reply would (`nf_nat_icmp_reply_translation`, nf_nat_proto.c).
 */
export const rewriteError = (packet: IcmpPacket, entry: Entry, manip: Manip, direction: Direction): ErrorTranslation => {
  const { status } = entry;
  if (packet.kind === 'icmp' && packet.icmpType === ICMP_REDIRECT) {
    const decided = status.sourceNatDone && status.destinationNatDone;
    if (!decided || status.sourceNat || status.destinationNat) return { kind: 'drop' };
  }
  if (!concerns(entry, manip, direction)) return { kind: 'packet', packet };
  const quotedAs = tupleIn(entry, opposite(direction));
  const target = targetTuple(entry, direction);
  const outer = { ...packet, ...(manip === 'source' ? { src: target.src } : { dst: target.dst }) };
  const { inner } = packet;
  return {
    kind: 'packet',
    packet: inner === undefined ? outer : { ...outer, inner: setSide(inner, quotedAs, otherManip(manip)) },
  };
};
