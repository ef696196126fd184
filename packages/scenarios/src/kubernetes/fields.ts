import type { Address, Prefix } from '@nodelocal/netfilter-sim';
import { readAddress, readPrefix } from '@nodelocal/netfilter-sim';
import type { Json } from '@nodelocal/netfilter-sim/json';
import { broken, elements, field, isAbsent, text, whole } from '@nodelocal/netfilter-sim/json';

/*
 * What the API's objects have in common: fields may be left out, or null.
 */

export const isMissing = (json: Json): boolean => isAbsent(json) || json.value === null;

/** A field of an object that may itself not be there. */
export const optional = (json: Json, name: string): Json => (isMissing(json) ? { ...json, path: [...json.path, name], value: undefined } : field(json, name));

export const listOf = (json: Json): readonly Json[] => (isMissing(json) ? [] : elements(json));

export const textIn = <Other>(json: Json, other: Other): string | Other => (isMissing(json) ? other : text(json));

export const flagIn = (json: Json, other: boolean): boolean => {
  if (isMissing(json)) return other;
  return typeof json.value === 'boolean' ? json.value : broken(json, 'true or false');
};

/** One of a few words. */
export const wordIn = <Word extends string>(json: Json, words: readonly Word[], other: Word): Word => {
  if (isMissing(json)) return other;
  return words.find((word) => word === json.value) ?? broken(json, words.map((word) => `"${word}"`).join(' or '));
};

/** 1 to 65535; the API leaves 0 out, or writes it where there is none. */
export const portIn = (json: Json): number | undefined => {
  const port = isMissing(json) ? 0 : whole(json, { max: 65_535 });
  return port === 0 ? undefined : port;
};

export const labelsIn = (json: Json): ReadonlyMap<string, string> =>
  new Map(isMissing(json) || typeof json.value !== 'object' || json.value === null ? [] : Object.keys(json.value).map((name) => [name, text(field(json, name))]));

/** Go's older parser, which Kubernetes keeps, takes leading zeros for decimal (net.ParseIPSloppy); IPv4 inside IPv6 is IPv4. */
const sloppily = (written: string): string => written.replace(/^::ffff:(?=\d+\.)/i, '').replace(/(^|\.)0+(?=\d)(?=[\d.]+(?:\/|$))/g, '$1');

const cleaned = (written: string): string => (written.includes('.') ? sloppily(written) : written);

export const addressIn = (json: Json): Address => readAddress(cleaned(text(json))) ?? broken(json, 'an IP address');

/** Whitespace around it passes the API server's validation (KEP-2031). */
export const prefixIn = (json: Json): Prefix => {
  const written = cleaned(text(json).trim());
  return (written.includes('/') ? readPrefix(written) : undefined) ?? broken(json, 'a network, 10.0.0.0/8 or fd00::/8');
};
