import { addressBits, addressWidth, familyOf, PROTOCOL } from '@nodelocal/netfilter-sim';
import type { Address } from '@nodelocal/netfilter-sim';
import type { IpReading } from './ip.ts';

/** Whether the checksum of UDP or TCP is that of the octets (RFC 1071); `undefined` where it cannot be told. */
export const checksumOf = ({ src, dst, protocol, payload, isCut, fragment }: IpReading): 'right' | 'other' | undefined => {
  const at = protocol === PROTOCOL.udp ? 6 : protocol === PROTOCOL.tcp ? 16 : undefined;
  if (at === undefined || isCut || fragment !== undefined || payload.length < at + 2) return undefined;
  // UDP over IPv4 may go without.
  if (protocol === PROTOCOL.udp && payload[at] === 0 && payload[at + 1] === 0) return undefined;
  let sum = payload.length + protocol + wordsOf(src) + wordsOf(dst);
  for (const [index, octet] of payload.entries()) sum += index % 2 === 0 ? octet << 8 : octet;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return sum === 0xffff ? 'right' : 'other';
};

const wordsOf = (address: Address): number => {
  let sum = 0;
  for (let bits = addressBits(address), left = addressWidth(familyOf(address)); left > 0; left -= 16, bits >>= 16n) sum += Number(bits & 0xffffn);
  return sum;
};
