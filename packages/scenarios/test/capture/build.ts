import { encodeQuery, encodeResponse } from '@nodelocal/dns-cache';

/** Octets of numbers in network order, texts as they are. */
export const octets = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
export const u16 = (value: number): readonly number[] => [(value >> 8) & 255, value & 255];
export const u32 = (value: number): readonly number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
const little = (numbers: readonly number[]): readonly number[] => numbers.toReversed();

const v4 = (text: string): readonly number[] => text.split('.').map(Number);
/** `2001:db8::N` only. */
const v6 = (text: string): readonly number[] => [0x20, 1, 0x0d, 0xb8, ...Array.from({ length: 11 }, () => 0), Number.parseInt(text.split('::')[1] ?? '', 16)];

interface Ends {
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
}

const checksum = (bytes: Uint8Array): number => {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 1) sum += (bytes[at] ?? 0) << (at % 2 === 0 ? 8 : 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};

const addressesOf = ({ src, dst }: Ends): readonly number[] => (src.includes(':') ? [...v6(src), ...v6(dst)] : [...v4(src), ...v4(dst)]);

/** With the right checksum. */
export const udp = (ends: Ends, payload: Uint8Array): Uint8Array => {
  const length = 8 + payload.length;
  const pseudo = octets(addressesOf(ends), [0, 17], u16(length));
  const header = [...u16(ends.sport), ...u16(ends.dport), ...u16(length)];
  return octets(header, u16(checksum(octets(pseudo, header, [0, 0], payload))), payload);
};

export const tcp = (ends: Ends, { flags, sequence, payload = new Uint8Array() }: { readonly flags: number; readonly sequence: number; readonly payload?: Uint8Array }): Uint8Array => {
  const header = (sum: number): readonly number[] => [...u16(ends.sport), ...u16(ends.dport), ...u32(sequence), ...u32(0), 0x50, flags, ...u16(1000), ...u16(sum), 0, 0];
  const pseudo = octets(addressesOf(ends), [0, 6], u16(20 + payload.length));
  return octets(header(checksum(octets(pseudo, header(0), payload))), payload);
};

export const ipv4 = ({ src, dst }: Ends, protocol: number, payload: Uint8Array, { id = 7, fragment = 0 } = {}): Uint8Array =>
  octets([0x45, 0], u16(20 + payload.length), u16(id), u16(fragment), [64, protocol, 0, 0], v4(src), v4(dst), payload);

export const ipv6 = ({ src, dst }: Ends, next: number, payload: Uint8Array): Uint8Array => octets([0x60, 0, 0, 0], u16(payload.length), [next, 64], v6(src), v6(dst), payload);

export const ethernet = (ip: Uint8Array): Uint8Array => octets(Array.from({ length: 12 }, () => 2), (ip[0] ?? 0) >> 4 === 4 ? u16(0x0800) : u16(0x86dd), ip);
export const vlan = (ip: Uint8Array): Uint8Array => octets(Array.from({ length: 12 }, () => 2), u16(0x8100), u16(5), u16(0x0800), ip);
export const cooked = (ip: Uint8Array, type: number): Uint8Array => octets(u16(type), u16(1), u16(6), Array.from({ length: 8 }, () => 0), u16(0x0800), ip);
export const cooked2 = (ip: Uint8Array, type: number, index: number): Uint8Array => octets(u16(0x0800), u16(0), u32(index), u16(1), [type, 6], Array.from({ length: 8 }, () => 0), ip);

export interface TimedFrame {
  readonly atMs: number;
  readonly octets: Uint8Array;
  readonly cutTo?: number;
}

export const pcap = (linkType: number, frames: readonly TimedFrame[], { isLittle = true, isNano = false } = {}): Uint8Array => {
  const word = (value: number): readonly number[] => (isLittle ? little(u32(value)) : u32(value));
  const half = (value: number): readonly number[] => (isLittle ? little(u16(value)) : u16(value));
  return octets(
    word(isNano ? 0xa1b23c4d : 0xa1b2c3d4),
    [...half(2), ...half(4), ...word(0), ...word(0), ...word(262_144), ...word(linkType)],
    ...frames.map(({ atMs, octets: frame, cutTo = frame.length }) => {
      const parts = Math.round((atMs % 1000) * (isNano ? 1e6 : 1e3));
      return octets(word(Math.floor(atMs / 1000)), word(parts), word(Math.min(cutTo, frame.length)), word(frame.length), frame.subarray(0, cutTo));
    }),
  );
};

/** One section with an interface by that name. */
export const pcapng = (linkType: number, name: string, frames: readonly TimedFrame[]): Uint8Array => {
  const block = (type: number, body: Uint8Array): Uint8Array => {
    const padded = octets(body, Array.from({ length: (4 - (body.length % 4)) % 4 }, () => 0));
    return octets(u32(type), u32(padded.length + 12), padded, u32(padded.length + 12));
  };
  const option = (code: number, value: Uint8Array): Uint8Array => octets(u16(code), u16(value.length), value, Array.from({ length: (4 - (value.length % 4)) % 4 }, () => 0));
  return octets(
    block(0x0a0d0d0a, octets(u32(0x1a2b3c4d), u16(1), u16(0), u32(0xffffffff), u32(0xffffffff))),
    block(1, octets(u16(linkType), u16(0), u32(0), option(2, new TextEncoder().encode(name)), option(9, Uint8Array.of(9)), option(0, new Uint8Array()))),
    block(0x0bad, Uint8Array.of(1, 2, 3, 4)),
    ...frames.map(({ atMs, octets: frame }) => {
      const parts = BigInt(Math.round(atMs * 1e6));
      return block(6, octets(u32(0), u32(Number(parts >> 32n)), u32(Number(parts & 0xffffffffn)), u32(frame.length), u32(frame.length), frame));
    }),
  );
};

export const CLIENT = { src: '10.244.1.5', dst: '10.96.0.10', sport: 40_000, dport: 53 } as const;

export const back = ({ src, dst, sport, dport }: Ends): Ends => ({ src: dst, dst: src, sport: dport, dport: sport });

export const query = (id: number, type = 'A', name = 'a.test.'): Uint8Array => encodeQuery({ id, name, type });

export const answer = (id: number, { type = 'A', name = 'a.test.', ...more }: { readonly type?: string; readonly name?: string; readonly rcode?: string; readonly truncated?: boolean } = {}): Uint8Array =>
  encodeResponse({
    id,
    question: { name, type },
    ...more,
    answers: type === 'A' && more.rcode === undefined ? [{ name, type: 'A', ttlSeconds: 30, data: { kind: 'address', address: '192.0.2.1' } }] : [],
  });
