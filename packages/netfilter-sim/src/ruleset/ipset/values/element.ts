import { addressBits, addressFromBits, addressWidth, familyOf } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import { prefixMask } from '../../../packet/prefix.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { printProtocol } from '../../shared/protocol-names.ts';
import { printIcmpPort } from './icmp-names.ts';
import type { ElementPart, SetMask } from './set.ts';

/** A whole address where a part is one, or a network that is one. */
export const hostPart = (address: Address): ElementPart => ({
  kind: 'network',
  prefix: { address, length: addressWidth(familyOf(address)) },
});

const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

const printPort = (protocol: number, port: number): string => {
  const icmp = protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
  return `${printProtocol(protocol)}:${icmp ? printIcmpPort(protocol, port) : port}`;
};

const printPart = (part: ElementPart): string => {
  switch (part.kind) {
    case 'network': {
      const { address, length } = part.prefix;
      return length === addressWidth(familyOf(address)) ? address : `${address}/${length}`;
    }
    case 'port':
      return part.protocol === 'any' ? `${part.port}` : printPort(part.protocol, part.port);
    case 'mac':
      return part.mac;
    case 'mark':
      return hexadecimal(part.mark);
    case 'interface':
      return `${part.physical ? 'physdev:' : ''}${part.name}`;
    case 'set':
      return part.name;
  }
};

/** An element without its options, as `ipset` writes it: `10.96.0.10,udp:53`. */
export const printParts = (parts: readonly ElementPart[]): string => parts.map(printPart).join(',');

/** Equal elements of a set, and only they, have equal keys. */
export const elementKey = (parts: readonly ElementPart[]): string =>
  // No device has a blank in its name.
  parts.map((part) => (part.kind === 'interface' && part.wildcard ? `${printPart(part)} wildcard` : printPart(part))).join(',');

/** The bits of an address that a set looks at. */
export const maskAddress = (address: Address, mask: SetMask | undefined): Address => {
  if (mask === undefined) return address;
  const family = familyOf(address);
  const bits = mask.kind === 'netmask' ? prefixMask(family, mask.length) : addressBits(mask.address);
  return addressFromBits(family, addressBits(address) & bits);
};
