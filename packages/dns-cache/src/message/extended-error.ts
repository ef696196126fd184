import { concatenate, fromU16 } from './octets.ts';
import type { EdnsOption } from './opt.ts';

/** Why an answer is what it is (RFC 8914). */
export interface ExtendedError {
  /** IANA's number of it, 0 to 65535. */
  readonly code: number;
  /** For people; empty where the code says enough. ASCII. */
  readonly text: string;
}

/** IANA, Extended DNS Error Codes. */
export const EXTENDED_ERROR = {
  OTHER: 0, STALE_ANSWER: 3, BLOCKED: 15, FILTERED: 17, STALE_NXDOMAIN_ANSWER: 19, NOT_AUTHORITATIVE: 20, NOT_SUPPORTED: 21,
  NO_REACHABLE_AUTHORITY: 22, NETWORK_ERROR: 23, INVALID_DATA: 24,
} as const;

const OPTION_CODE = 15;

export const encodeExtendedError = ({ code, text }: ExtendedError): EdnsOption => ({
  code: OPTION_CODE,
  data: concatenate([fromU16(code), Uint8Array.from(text, (character) => character.charCodeAt(0) & 0x7f)]),
});

/** The extended errors among the options of an OPT record. */
export const readExtendedErrors = (options: readonly EdnsOption[]): readonly ExtendedError[] =>
  options.flatMap(({ code, data }) => {
    if (code !== OPTION_CODE || data.length < 2) return [];
    const [high = 0, low = 0, ...text] = data;
    // The text is UTF-8 by the RFC; what is not ASCII of it would have to be decoded to be shown, and is left out.
    return [{ code: (high << 8) | low, text: String.fromCharCode(...text.filter((octet) => octet >= 0x20 && octet < 0x7f)) }];
  });
