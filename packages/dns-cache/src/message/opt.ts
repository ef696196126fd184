import type { Malformed } from './malformed.ts';
import { malformed } from './malformed.ts';
import { putOctets, setU16, u16, u32 } from './octets.ts';

/*
 * RFC 6891 §6.1.2: root owner, type 41, CLASS = the sender's UDP payload size, TTL = extended RCODE, version, flags:
 *
 * | EXTENDED-RCODE (8) | VERSION (8) | DO (1) | Z (15) |
 */
export const DO = 0x8000;

/** An option of EDNS, by IANA's number. */
export interface EdnsOption {
  /** 0 to 65535. */
  readonly code: number;
  /** Without code and length. */
  readonly data: Uint8Array;
}

/** The OPT record of a message (RFC 6891 §6.1). */
export interface Edns {
  /** What its sender takes over UDP, in octets, 0 to 65535. */
  readonly udpPayloadSize: number;
  /** The upper eight bits of the response code. */
  readonly extendedRcode: number;
  /** 0 to 255; 0 is the only one that there is. */
  readonly version: number;
  /** The DO bit: DNSSEC's records are wanted, or there (RFC 3225). */
  readonly dnssecOk: boolean;
  readonly options: readonly EdnsOption[];
}

/** RFC 6891 §6.2.3: less than 512 means 512. */
export const UDP_PAYLOAD_MIN = 512;

/** Without OPT a message over UDP has at most 512 octets (RFC 1035 §2.3.4). */
export const UDP_PAYLOAD_WITHOUT_EDNS = 512;

export const OPT_OCTETS = 11;

/** Code and length of an option. */
export const OPTION_HEAD_OCTETS = 4;

const OPT_TYPE = 41;

/** IANA knows some twenty options. 64 KB can hold 16,000 empty ones, and each would cost more than its four octets. */
const OPTIONS_MAX = 1024;

export const readEdns = (bytes: Uint8Array, nameEnd: number, rdataStart: number, end: number): Edns | Malformed => {
  const options: EdnsOption[] = [];
  let at = rdataStart;
  while (at < end) {
    if (at + 4 > end || options.length === OPTIONS_MAX) return malformed('opt-options');
    const length = u16(bytes, at + 2);
    if (at + 4 + length > end) return malformed('opt-options');
    options.push({ code: u16(bytes, at), data: bytes.subarray(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  const extension = u32(bytes, nameEnd + 4);
  return {
    udpPayloadSize: u16(bytes, nameEnd + 2),
    extendedRcode: extension >>> 24,
    version: (extension >>> 16) & 0xff,
    dnssecOk: (extension & DO) !== 0,
    options,
  };
};

/** What an OPT record that we write says. */
export interface OptFields {
  readonly udpPayloadSize: number;
  readonly dnssecOk: boolean;
  /** The upper eight bits of the response code; 0 unless given. */
  readonly extendedRcode?: number;
  readonly options?: readonly EdnsOption[];
}

/** How long the record is; nothing where there is none. */
export const optOctets = (opt: Pick<OptFields, 'options'> | undefined): number => {
  if (opt === undefined) return 0;
  let octets = OPT_OCTETS;
  for (const { data } of opt.options ?? []) octets += OPTION_HEAD_OCTETS + data.length;
  return octets;
};

/** Writes the record into octets that are zero; its owner and version are. */
export const writeOpt = (into: Uint8Array, at: number, { udpPayloadSize, dnssecOk, extendedRcode = 0, options = [] }: OptFields): void => {
  setU16(into, at + 1, OPT_TYPE);
  setU16(into, at + 3, udpPayloadSize);
  into[at + 5] = extendedRcode;
  setU16(into, at + 7, dnssecOk ? DO : 0);
  setU16(into, at + 9, optOctets({ options }) - OPT_OCTETS);
  let end = at + OPT_OCTETS;
  for (const { code, data } of options) {
    setU16(into, end, code);
    setU16(into, end + 2, data.length);
    putOctets(into, end + OPTION_HEAD_OCTETS, data);
    end += OPTION_HEAD_OCTETS + data.length;
  }
};

export const encodeOpt = (fields: OptFields): Uint8Array => {
  const record = new Uint8Array(optOctets(fields));
  writeOpt(record, 0, fields);
  return record;
};
