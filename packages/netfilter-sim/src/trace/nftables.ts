import { packetBytes, protocolOf } from '../packet/packet.ts';
import type { Packet } from '../packet/packet.ts';
import { printScalar } from '../ruleset/nftables/values/data-type.ts';
import type { NftFamily } from '../ruleset/nftables/values/rule-set.ts';
import type { NftRuleStep, RuleEffect } from './step.ts';

/** A step as `nft monitor trace` prints it (nftables 1.0.6), the packet before the first of each base chain. */
export const nftTraceLines = (step: NftRuleStep): readonly string[] => {
  const { family, table, chain, base, handle, text, effect, markBefore, showsPacket } = step;
  const begin = `trace ${family} ${table}`;
  const mark = markBefore === 0 ? '' : ` meta mark ${printScalar('mark', BigInt(markBefore))}`;
  return [
    ...(showsPacket ? [`${begin} ${base} packet: ${packetText(step)}`] : []),
    handle === 0 ? `${begin} ${chain} ${text}${mark}` : `${begin} ${chain} rule ${text} (verdict ${verdictOf(effect)})`,
  ];
};

const verdictOf = (effect: RuleEffect): string => {
  switch (effect.kind) {
    case 'jump':
    case 'goto':
      return `${effect.kind} ${effect.chain}`;
    case 'continue':
    case 'return':
    case 'accept':
    case 'drop':
    case 'queue':
      return effect.kind;
    case 'reject':
      return 'drop';
    // nft_synproxy_do_eval, 6.12.
    case 'answer-open':
      return 'stolen';
    case 'translate':
      return 'accept';
    case 'not-modelled':
      return 'not known';
  }
};

const packetText = ({ packet, inDevice, outDevice, family }: NftRuleStep): string =>
  [
    ...(inDevice === '' ? [] : [`iif "${inDevice}"`]),
    ...(outDevice === '' ? [] : [`oif "${outDevice}"`]),
    networkText(packet, family),
    transportText(packet),
  ].join(' ');

const IPV6_HEADER_BYTES = 40;

/** Where the table's family does not say which protocol is inside, the header does. */
const networkText = (packet: Packet, family: NftFamily): string => {
  const [dscp, ecn] = [printScalar('dscp', BigInt(packet.tos >> 2)), printScalar('ecn', BigInt(packet.tos & 3))];
  const bytes = packetBytes(packet);
  const inner =
    family === 'inet'
      ? ` ${packet.family === 'ipv4' ? 'ip protocol' : 'ip6 nexthdr'} ${printScalar('inet_proto', BigInt(protocolOf(packet)))}`
      : '';
  return packet.family === 'ipv4'
    ? `ip saddr ${packet.src} ip daddr ${packet.dst} ip dscp ${dscp} ip ecn ${ecn} ip ttl ${packet.ttl}${inner} ip length ${bytes}`
    : `ip6 saddr ${packet.src} ip6 daddr ${packet.dst} ip6 dscp ${dscp} ip6 ecn ${ecn} ip6 hoplimit ${packet.ttl}${inner} ip6 length ${bytes - IPV6_HEADER_BYTES}`;
};

const UDP_HEADER_BYTES = 8;

/** One flag by its name, several as a number: an equation takes no list. */
const flagsText = (flags: number): string => {
  const text = printScalar('tcp_flag', BigInt(flags));
  return text.includes(',') ? `0x${flags.toString(16)}` : text;
};

const transportText = (packet: Packet): string => {
  switch (packet.kind) {
    case 'udp':
      return `udp sport ${packet.sport} udp dport ${packet.dport} udp length ${UDP_HEADER_BYTES + packet.payloadBytes}`;
    case 'tcp':
      return `tcp sport ${packet.sport} tcp dport ${packet.dport} tcp flags == ${flagsText(packet.flags)} tcp window ${packet.window}`;
    case 'icmp':
      return `icmp type ${printScalar('icmp_type', BigInt(packet.icmpType))} icmp code ${printScalar('icmp_code', BigInt(packet.icmpCode))} icmp id ${packet.icmpId}`;
    case 'icmpv6':
      return `icmpv6 type ${printScalar('icmpv6_type', BigInt(packet.icmpType))} icmpv6 code ${printScalar('icmpv6_code', BigInt(packet.icmpCode))}`;
    case 'ported':
    case 'other':
      return `meta l4proto ${printScalar('inet_proto', BigInt(protocolOf(packet)))}`;
  }
};
