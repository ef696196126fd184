import { jhash } from '../../../nat/jhash.ts';
import { addressBits } from '../../../packet/address.ts';
import { protocolOf } from '../../../packet/packet.ts';
import type { Packet } from '../../../packet/packet.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { bitsOf } from '../values/data-type.ts';
import type { DataType } from '../values/data-type.ts';
import type { Expression } from '../values/expression.ts';
import { printNftPlace } from '../values/place.ts';
import { chooseNumber } from './choose-number.ts';
import type { NftContext } from './context.ts';
import { isUnknown, keyOf, number } from './value.ts';
import type { Part, Value } from './value.ts';

type Hash = Extract<Expression, { kind: 'hash' }>;

/** Types whose values stand in network order, and those in the processor's, which is little-endian. */
const ORDER: Readonly<Partial<Record<DataType, 'network' | 'host'>>> = {
  ipv4_addr: 'network',
  ipv6_addr: 'network',
  inet_service: 'network',
  inet_proto: 'network',
  mark: 'host',
};

/** net/netfilter/nft_hash.c, 6.12 (`nft_jhash_eval`): of what stands in the registers. */
export const hashParts = (hash: Hash, { of, types }: { readonly of: Value; readonly types: readonly DataType[] }, context: NftContext, position: string): Value => {
  if (of.kind !== 'value') return of;
  const unknown = of.parts.find(isUnknown);
  if (unknown !== undefined) return notModelled(unknown.what);
  if (hash.seed === undefined) return bySecret(hash, `jhash of ${keyOf(of.parts)}`, context, position);
  const octets: number[] = [];
  for (const [at, type] of types.entries()) {
    const own = octetsOf(of.parts[at], type);
    if (own === undefined) return notModelled(`jhash of the type ${type}`);
    octets.push(...own);
    // Parts that are put together begin at a register each.
    while (types.length > 1 && octets.length % 4 !== 0) octets.push(0);
  }
  return number(Number((BigInt(jhash(octets, hash.seed)) * BigInt(hash.modulus)) >> 32n) + hash.offset);
};

const octetsOf = (part: Part | undefined, type: DataType): readonly number[] | undefined => {
  const order = ORDER[type];
  if (order === undefined || typeof part !== 'bigint') return undefined;
  const octets = Array.from({ length: bitsOf(type) / 8 }, (_, at) => Number((part >> BigInt(8 * at)) & 0xffn));
  return order === 'host' ? octets : octets.toReversed();
};

/** `__skb_get_hash_symmetric` (net/core/flow_dissector.c, 6.12): the seed is the kernel's own. */
export const hashFlow = (hash: Hash, context: NftContext, position: string): Value => bySecret(hash, `symhash of ${flowOf(context.seen.packet)}`, context, position);

const flowOf = (packet: Packet): string => {
  // Of a fragment it takes no ports, not even of the first.
  const ports = packet.fragment === undefined && (packet.kind === 'udp' || packet.kind === 'tcp' || packet.kind === 'ported') ? packet : undefined;
  const ends = [`${addressBits(packet.src)} ${ports?.sport ?? ''}`, `${addressBits(packet.dst)} ${ports?.dport ?? ''}`];
  return `${protocolOf(packet)} ${ends.sort().join(' ')}`;
};

/** By chance, and then the same for as long as the same is asked. */
const bySecret = ({ modulus, offset }: Hash, what: string, { seen, place, ...rest }: NftContext, position: string): Value => {
  const known = seen.memory<{ given?: number }>(`nft ${printNftPlace(place)} ${position} ${what}`, () => ({}));
  if (seen.forgot()) return notModelled(what);
  known.given ??= chooseNumber(what, modulus, { seen, place, ...rest });
  return number(offset + known.given);
};
