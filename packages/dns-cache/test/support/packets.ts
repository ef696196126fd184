/*
 * Octets put together by hand, for messages that no encoder would write. Numbers are what the wire has, wrong ones
 * included: nothing is checked here.
 */

export type Octets = Uint8Array | readonly number[];

export const u16 = (value: number): readonly number[] => [(value >>> 8) & 0xff, value & 0xff];

const u32 = (value: number): readonly number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];

export const octets = (...parts: readonly Octets[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

const label = (text: string | Octets): Octets => (typeof text === 'string' ? [...Buffer.from(text, 'latin1')] : text);

/** A name of these labels; a label may be any octets. */
export const labels = (...given: readonly (string | Octets)[]): Uint8Array =>
  octets(...given.map((text) => octets([label(text).length], label(text))), [0]);

/** `a.b.test.` split at its dots. */
export const nameOf = (text: string): Uint8Array => labels(...text.split('.').filter((one) => one !== ''));

export const TYPES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  OPT: 41,
  RRSIG: 46,
  NSEC: 47,
  TSIG: 250,
} as const;

export const question = (name: Octets, type: number = TYPES.A, klass = 1): Uint8Array =>
  octets(name, u16(type), u16(klass));

export interface PacketOptions {
  readonly id?: number;
  /** The sixteen bits between ID and counts. */
  readonly flags?: number;
  /** QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT. */
  readonly counts?: readonly [number, number, number, number];
}

/** A header, by default of a query with RD and one question, and what follows it. */
export const packet = (options: PacketOptions, ...parts: readonly Octets[]): Uint8Array => {
  const { id = 0x1234, flags = 0x0100, counts = [1, 0, 0, 0] } = options;
  return octets(u16(id), u16(flags), ...counts.map(u16), ...parts);
};

export interface RecordOctets {
  readonly owner?: Octets;
  readonly type: number;
  readonly class?: number;
  readonly ttl?: number;
  readonly rdata: Octets;
  /** What RDLENGTH says, if that is not the truth. */
  readonly rdlength?: number;
}

/** The question's name, from a record that comes after it. */
const QUESTION_POINTER = [0xc0, 12];

export const resource = (record: RecordOctets): Uint8Array => {
  const { owner = QUESTION_POINTER, type, class: klass = 1, ttl = 60, rdata, rdlength = rdata.length } = record;
  return octets(owner, u16(type), u16(klass), u32(ttl), u16(rdlength), rdata);
};

export const address = (last: number, ttl = 60): Uint8Array =>
  resource({ type: TYPES.A, ttl, rdata: [192, 0, 2, last] });

export const option = (code: number, data: Octets = []): Uint8Array => octets(u16(code), u16(data.length), data);

export interface OptOctets {
  readonly owner?: Octets;
  readonly size?: number;
  readonly extendedRcode?: number;
  readonly version?: number;
  /** DO is 0x8000. */
  readonly flags?: number;
  readonly options?: readonly Octets[];
}

export const opt = (given: OptOctets = {}): Uint8Array => {
  const { owner = [0], size = 1232, extendedRcode = 0, version = 0, flags = 0, options = [] } = given;
  const ttl = extendedRcode * 2 ** 24 + version * 2 ** 16 + flags;
  return resource({ owner, type: TYPES.OPT, class: size, ttl, rdata: octets(...options) });
};

/** A query of one question and this OPT. */
export const ednsQuery = (name: string, given: OptOctets, type: number = TYPES.A, flags = 0x0100): Uint8Array =>
  packet({ flags, counts: [1, 0, 0, 1] }, question(nameOf(name), type), opt(given));

/** The message with other octets at these places. */
export const bent = (message: Uint8Array, changes: Readonly<Record<number, number>>): Uint8Array => {
  const copy = message.slice();
  for (const [at, octet] of Object.entries(changes)) copy[Number(at)] = octet;
  return copy;
};

/** An answer to `asked` with these records in its sections and any header bits. */
export interface RawReply {
  readonly flags?: number;
  readonly answer?: readonly Octets[];
  readonly authority?: readonly Octets[];
  readonly additional?: readonly Octets[];
  /** What the header says of its sections, if that is not the truth. */
  readonly counts?: readonly [number, number, number, number];
}

const endOfQuestion = (asked: Uint8Array): number => {
  let at = 12;
  for (let length = asked[at] ?? 0; length !== 0; length = asked[at] ?? 0) at += length + 1;
  return at + 5;
};

export const replyTo = (asked: Uint8Array, reply: RawReply): Uint8Array => {
  const { flags = 0x8180, answer = [], authority = [], additional = [] } = reply;
  const counts = reply.counts ?? [1, answer.length, authority.length, additional.length];
  const id = ((asked[0] ?? 0) << 8) | (asked[1] ?? 0);
  return packet(
    { id, flags, counts },
    asked.subarray(12, endOfQuestion(asked)),
    ...answer,
    ...authority,
    ...additional,
  );
};
