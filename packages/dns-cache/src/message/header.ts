import { setU16, u16 } from './octets.ts';

/*
 * RFC 1035 §4.1.1, with the AD and CD bits of RFC 4035 §3.2:
 *
 *   0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
 * |                      ID                       |
 * |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
 * |        QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT     |
 */
export const HEADER_OCTETS = 12;

/** The bits of the second word. */
export const BIT = {
  QR: 0x8000, OPCODE: 0x7800, AA: 0x0400, TC: 0x0200, RD: 0x0100, RA: 0x0080, Z: 0x0040, AD: 0x0020, CD: 0x0010,
  RCODE: 0x000f,
} as const;

const { QR, AA, TC, RD, RA, Z, AD, CD } = BIT;

/** The flags of a message's header (RFC 1035 §4.1.1, RFC 4035 §3). */
export interface Flags {
  /** QR. */
  readonly response: boolean;
  /** 0 to 15; 0 is a query. */
  readonly opcode: number;
  /** AA. */
  readonly authoritative: boolean;
  /** TC: there is more. */
  readonly truncated: boolean;
  /** RD. */
  readonly recursionDesired: boolean;
  /** RA. */
  readonly recursionAvailable: boolean;
  /** Z, which nobody uses. */
  readonly reserved: boolean;
  /** AD: all was validated; in a query, that one wants to know (RFC 6840 §5.7). */
  readonly authenticated: boolean;
  /** CD: nothing need be validated. */
  readonly checkingDisabled: boolean;
  /** The lower four bits; OPT may carry eight more. */
  readonly rcode: number;
}

/** A message's header. */
export interface Header extends Flags {
  /** 0 to 65535. */
  readonly id: number;
  /** As the header says it, 0 to 65535. */
  readonly questionCount: number;
  /** As the header says it, 0 to 65535. */
  readonly answerCount: number;
  /** As the header says it, 0 to 65535. */
  readonly authorityCount: number;
  /** As the header says it, 0 to 65535; OPT counts. */
  readonly additionalCount: number;
}

/** Of at least 12 octets. */
export const answerCount = (bytes: Uint8Array): number => u16(bytes, 6);

/** The header of at least 12 octets. */
export const readHeader = (bytes: Uint8Array): Header => {
  const flags = u16(bytes, 2);
  return {
    id: u16(bytes, 0),
    response: (flags & QR) !== 0,
    opcode: (flags >>> 11) & 15,
    authoritative: (flags & AA) !== 0,
    truncated: (flags & TC) !== 0,
    recursionDesired: (flags & RD) !== 0,
    recursionAvailable: (flags & RA) !== 0,
    reserved: (flags & Z) !== 0,
    authenticated: (flags & AD) !== 0,
    checkingDisabled: (flags & CD) !== 0,
    rcode: flags & 15,
    questionCount: u16(bytes, 4),
    answerCount: u16(bytes, 6),
    authorityCount: u16(bytes, 8),
    additionalCount: u16(bytes, 10),
  };
};

/** TC, without reading the rest. */
export const isTruncated = (bytes: Uint8Array): boolean => (u16(bytes, 2) & TC) !== 0;

/** What an answer says of who answers, whatever was asked. */
export type AnswerFlags = Pick<Flags, 'authoritative' | 'recursionAvailable' | 'authenticated'>;

/** AA, RA and AD, without reading the rest. */
export const readAnswerFlags = (bytes: Uint8Array): AnswerFlags => {
  const flags = u16(bytes, 2);
  return { authoritative: (flags & AA) !== 0, recursionAvailable: (flags & RA) !== 0, authenticated: (flags & AD) !== 0 };
};

export const setAnswerFlags = (bytes: Uint8Array, flags: AnswerFlags): void => {
  const others = u16(bytes, 2) & ~(AA | RA | AD);
  setU16(bytes, 2, others | (flags.authoritative ? AA : 0) | (flags.recursionAvailable ? RA : 0) | (flags.authenticated ? AD : 0));
};

export const encodeFlags = (flags: Partial<Flags>): number =>
  (flags.response === true ? QR : 0) |
  (((flags.opcode ?? 0) & 15) << 11) |
  (flags.authoritative === true ? AA : 0) |
  (flags.truncated === true ? TC : 0) |
  (flags.recursionDesired === true ? RD : 0) |
  (flags.recursionAvailable === true ? RA : 0) |
  (flags.reserved === true ? Z : 0) |
  (flags.authenticated === true ? AD : 0) |
  (flags.checkingDisabled === true ? CD : 0) |
  ((flags.rcode ?? 0) & 15);

export interface Counts {
  readonly question: number;
  readonly answer: number;
  readonly authority: number;
  readonly additional: number;
}

export const writeHeader = (into: Uint8Array, id: number, flags: Partial<Flags>, counts: Counts): void => {
  setU16(into, 0, id);
  setU16(into, 2, encodeFlags(flags));
  setU16(into, 4, counts.question);
  setU16(into, 6, counts.answer);
  setU16(into, 8, counts.authority);
  setU16(into, 10, counts.additional);
};
