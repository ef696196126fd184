import { foldName } from '../message/name.ts';
import type { Query } from '../message/query.ts';

const DO = 1;
const CD = 2;

/** A key from its parts: the folded name, then one character each for type, class and the bits. */
export const composeKey = (foldedName: string, type: number, klass: number, dnssecOk: boolean, checkingDisabled: boolean): string =>
  `${foldedName}${String.fromCharCode(type, klass, (dnssecOk ? DO : 0) | (checkingDisabled ? CD : 0))}`;

/**
 * What makes two questions the same for a cache: name (ASCII case folded), type, class, DO and CD.
 * One character per octet, so that names which the wire tells apart never share an entry.
 */
export const cacheKey = ({ question, edns, header }: Query, foldedName = foldName(question.name)): string =>
  composeKey(foldedName, question.type, question.class, edns?.dnssecOk === true, header.checkingDisabled);

/** The key of the same question with DO. */
export const withDnssecOk = (key: string): string => {
  const last = key.length - 1;
  return `${key.slice(0, last)}${String.fromCharCode(key.charCodeAt(last) | DO)}`;
};

/** Whether it is one with DO. */
export const isDnssecOk = (key: string): boolean => (key.charCodeAt(key.length - 1) & DO) !== 0;

/** The characters after the name: type, class, bits. */
const TAIL = 3;

export const nameOfKey = (key: string): string => key.slice(0, -TAIL);

/** What a key says besides its name. */
export const tailOfKey = (
  key: string,
): { readonly type: number; readonly class: number; readonly dnssecOk: boolean; readonly checkingDisabled: boolean } => {
  const at = key.length - TAIL;
  const bits = key.charCodeAt(at + 2);
  return {
    type: key.charCodeAt(at),
    class: key.charCodeAt(at + 1),
    dnssecOk: (bits & DO) !== 0,
    checkingDisabled: (bits & CD) !== 0,
  };
};

/**
 * What makes two misses one: the upstream is asked in the same words over the same transport, so that its reply fits
 * both (over UDP it may be truncated, over TCP not).
 */
export const missKey = (key: string, recursionDesired: boolean, transport: 'udp' | 'tcp'): string =>
  `${key}${recursionDesired ? 'r' : '-'}${transport}`;
