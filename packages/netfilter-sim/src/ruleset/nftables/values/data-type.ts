import { addressBits, addressFromBits, readAddress } from '../../../packet/address.ts';
import { printProtocol, protocolByName } from '../../shared/protocol-names.ts';
import { SERVICE_PORTS } from '../../shared/service-names.ts';
import type { Scalar } from './component.ts';
import * as symbols from './symbols.ts';

/** How the values of a type are written. */
type Writing =
  | { readonly kind: 'address'; readonly family: 'ipv4' | 'ipv6' }
  | { readonly kind: 'number' }
  | { readonly kind: 'hexadecimal' }
  | { readonly kind: 'seconds' }
  | { readonly kind: 'name' }
  | { readonly kind: 'ether' }
  | { readonly kind: 'protocol' }
  | { readonly kind: 'port' }
  | { readonly kind: 'words' | 'flags'; readonly words: Words };

type Words = readonly (readonly [word: string, value: number])[];

interface TypeShape {
  readonly bits: number;
  readonly writing: Writing;
}

const words = (bits: number, list: Words): TypeShape => ({ bits, writing: { kind: 'words', words: list } });
const flags = (bits: number, list: Words): TypeShape => ({ bits, writing: { kind: 'flags', words: list } });

/** The data types of nft that the model can read (src/datatype.c, nftables 1.0.6). */
const SHAPES = {
  ipv4_addr: { bits: 32, writing: { kind: 'address', family: 'ipv4' } },
  ipv6_addr: { bits: 128, writing: { kind: 'address', family: 'ipv6' } },
  ether_addr: { bits: 48, writing: { kind: 'ether' } },
  ether_type: words(16, symbols.ETHER_TYPE),
  inet_proto: { bits: 8, writing: { kind: 'protocol' } },
  inet_service: { bits: 16, writing: { kind: 'port' } },
  mark: { bits: 32, writing: { kind: 'hexadecimal' } },
  ifname: { bits: 128, writing: { kind: 'name' } },
  iface_index: { bits: 32, writing: { kind: 'name' } },
  nf_proto: words(8, symbols.NF_PROTOCOL),
  pkt_type: words(8, symbols.PACKET_TYPE),
  ct_state: flags(32, symbols.CT_STATE),
  ct_status: flags(32, symbols.CT_STATUS),
  ct_dir: words(8, symbols.CT_DIRECTION),
  fib_addrtype: words(32, symbols.ROUTE_TYPE),
  icmp_type: words(8, symbols.ICMP_TYPE),
  icmp_code: words(8, symbols.ICMP_CODE),
  icmpv6_type: words(8, symbols.ICMPV6_TYPE),
  icmpv6_code: words(8, symbols.ICMPV6_CODE),
  tcp_flag: flags(8, symbols.TCP_FLAGS),
  dscp: words(6, symbols.DSCP),
  ecn: words(2, symbols.ECN),
  uid: { bits: 32, writing: { kind: 'number' } },
  gid: { bits: 32, writing: { kind: 'number' } },
  time: { bits: 32, writing: { kind: 'seconds' } },
  devgroup: words(32, symbols.DEVICE_GROUP),
  integer: { bits: 32, writing: { kind: 'number' } },
  /** What nft calls an integer too. */
  integer_64: { bits: 64, writing: { kind: 'number' } },
} as const satisfies Readonly<Record<string, TypeShape>>;

/** The types of values in sets and expressions, by nft's names. */
export type DataType = keyof typeof SHAPES;

export const isDataType = (name: string): name is DataType => Object.hasOwn(SHAPES, name);

const shapeOf = (type: DataType): TypeShape => SHAPES[type];

export const bitsOf = (type: DataType): number => shapeOf(type).bits;

const NUMBER = /^(?:\d+|0x[\da-f]+)$/i;

/** What a word or a number of the JSON stands for; `undefined` where the type has no such word. */
export const readScalar = (type: DataType, written: string | number): Scalar | undefined => {
  const { bits, writing } = shapeOf(type);
  if (writing.kind === 'name') return readName(type, written);
  const fitting = (value: bigint): Scalar | undefined =>
    value >= 0n && value < 1n << BigInt(bits) ? value : undefined;
  if (typeof written === 'number') return Number.isSafeInteger(written) ? fitting(BigInt(written)) : undefined;
  if (writing.kind !== 'address' && NUMBER.test(written)) return fitting(BigInt(written));
  switch (writing.kind) {
    case 'address': {
      const address = readAddress(written);
      const ofFamily = address !== undefined && address.includes(':') === (writing.family === 'ipv6');
      return ofFamily ? addressBits(address) : undefined;
    }
    case 'ether':
      return /^(?:[\da-f]{2}:){5}[\da-f]{2}$/i.test(written) ? BigInt(`0x${written.replaceAll(':', '')}`) : undefined;
    case 'protocol':
      return optionalBits(protocolByName(written));
    case 'port':
      return optionalBits(SERVICE_PORTS.get(written));
    case 'words':
    case 'flags':
      return optionalBits(writing.words.find(([word]) => word === written)?.[1]);
    case 'number':
    case 'hexadecimal':
    case 'seconds':
      return undefined;
  }
};

/** Devices are known by name; 0 stands for none, and `nft -j` quotes it where no device has that index. */
const readName = (type: DataType, written: string | number): Scalar | undefined => {
  if (type === 'iface_index' && Number(written) === 0) return '';
  return typeof written === 'string' ? written : undefined;
};

const optionalBits = (value: number | undefined): bigint | undefined =>
  value === undefined ? undefined : BigInt(value);

/** The value as `nft list ruleset` prints it. */
export const printScalar = (type: DataType, value: Scalar): string => {
  const { bits, writing } = shapeOf(type);
  if (typeof value === 'string') return `"${value}"`;
  switch (writing.kind) {
    case 'address':
      return addressFromBits(writing.family, value);
    case 'hexadecimal':
      return `0x${value.toString(16).padStart(bits / 4, '0')}`;
    case 'seconds':
      return printDuration(Number(value) * 1000);
    case 'ether':
      return (value.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');
    case 'protocol':
      return printProtocol(Number(value));
    case 'words':
      return writing.words.find(([, number]) => BigInt(number) === value)?.[0] ?? `${value}`;
    case 'flags':
      return printFlags(writing.words, value);
    case 'number':
    case 'name':
    case 'port':
      return `${value}`;
  }
};

/** `established,related`: the words of the bits that are set. */
const printFlags = (list: Words, value: bigint): string => {
  const set = list.filter(([, bit]) => (value & BigInt(bit)) !== 0n);
  const sum = set.reduce((bits, [, bit]) => bits | BigInt(bit), 0n);
  return sum === value && value !== 0n ? set.map(([word]) => word).join(',') : `0x${value.toString(16)}`;
};

/** `1d2h3m4s5ms`, without the parts that are 0. */
export const printDuration = (durationMs: number): string => {
  const parts = [
    [Math.floor(durationMs / 86_400_000), 'd'],
    [Math.floor(durationMs / 3_600_000) % 24, 'h'],
    [Math.floor(durationMs / 60_000) % 60, 'm'],
    [Math.floor(durationMs / 1000) % 60, 's'],
    [durationMs % 1000, 'ms'],
  ] as const;
  return parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('') || '0s';
};
