import { addressBits } from '../../../packet/address.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';

/** Whether an IPv6 source was made from the sender's Ethernet address (net/ipv6/netfilter/ip6t_eui64.c). */
export interface Eui64Match {
  readonly kind: 'eui64';
}

/** RFC 4291 appendix A: ff:fe in the middle, and the universal bit flipped. */
const interfaceId = (mac: string): bigint => {
  const octets = mac.split(':').map((octet) => BigInt(`0x${octet}`));
  const stretched = [...octets.slice(0, 3), 0xffn, 0xfen, ...octets.slice(3)];
  return stretched.reduce((bits, octet) => (bits << 8n) | octet, 0n) ^ (2n << 56n);
};

export const eui64: MatchModule<'eui64', Eui64Match> = {
  name: 'eui64',
  family: 'ipv6',
  notModelledFor: 'packets whose frame was not given',
  options: {},
  placement: () => ({ hooks: ['PREROUTING', 'INPUT', 'FORWARD'] }),
  parse: () => ({ kind: 'eui64' }),
  print: () => '',

  evaluate(_match, context) {
    const { packet, link } = context;
    if (link === undefined) return notModelled('the source MAC address');
    if (link.sourceMac === undefined) return 'no-match';
    return answer(BigInt.asUintN(64, addressBits(packet.src)) === interfaceId(link.sourceMac));
  },

  describe: () => 'its source address is made from its MAC address',
};
