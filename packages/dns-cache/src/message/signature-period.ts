import type { CheckedMessage } from './check.ts';
import { TYPE } from './numbers.ts';
import { u32 } from './octets.ts';

/** RFC 4034 §3.1: behind the type covered, algorithm, labels and the original TTL. */
const EXPIRATION_AT = 8;
const INCEPTION_AT = 12;

/** RFC 4034 §3.1.5: times are of serial number arithmetic (RFC 1982), which no 68 years confuse. */
const isAfter = (one: number, other: number): boolean => one !== other && ((one - other) >>> 0) < 2 ** 31;

/** Whether it has a signature that holds no longer, or not yet. */
export const hasSignatureOutOfDate = ({ bytes, records }: CheckedMessage, unixSeconds: number): boolean => {
  const now = unixSeconds >>> 0;
  return records.some(
    ({ type, rdataStart }) => type === TYPE.RRSIG && (isAfter(now, u32(bytes, rdataStart + EXPIRATION_AT)) || isAfter(u32(bytes, rdataStart + INCEPTION_AT), now)),
  );
};
