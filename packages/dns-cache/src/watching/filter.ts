import type { Network } from '../address.ts';
import { addressOctets, networkHolds } from '../address.ts';
import { foldedText, isWithin } from '../message/name.ts';
import { globMatches } from './glob.ts';
import type { Seen } from './seen.ts';

/** Which names one wants to see. */
export type NamePattern =
  /** The folded name of a zone: it and what is below it. */
  | { readonly kind: 'within'; readonly zone: string }
  /** `glob` is held against the whole name as text, in lower case and with a final dot: `*` is any text, `?` any character. */
  | { readonly kind: 'glob'; readonly glob: string };

/** Which queries one wants to see, as plain data: of each list one has to fit, and an empty one lets all through. */
export interface Filter {
  readonly names: readonly NamePattern[];
  readonly clients: readonly Network[];
  /** IANA's numbers. */
  readonly types: readonly number[];
  /** -1 is silence. */
  readonly rcodes: readonly number[];
  /** Only those that took longer than this. */
  readonly slowerMs: number;
}

export const SILENCE = -1;

const nameFits = (pattern: NamePattern, name: string): boolean => {
  switch (pattern.kind) {
    case 'within':
      return isWithin(name, pattern.zone);
    case 'glob':
      return globMatches(pattern.glob, foldedText(name));
  }
};

const clientFits = (networks: readonly Network[], address: string): boolean => {
  const octets = addressOctets(address);
  return octets !== undefined && networks.some((network) => networkHolds(network, octets));
};

/** What costs least is looked at first. */
export const passes = ({ names, clients, types, rcodes, slowerMs }: Filter, { client, name, type, rcode = SILENCE, durationMs }: Seen): boolean =>
  durationMs >= slowerMs &&
  (types.length === 0 || types.includes(type)) &&
  (rcodes.length === 0 || rcodes.includes(rcode)) &&
  (names.length === 0 || (name !== undefined && names.some((pattern) => nameFits(pattern, name)))) &&
  (clients.length === 0 || clientFits(clients, client.address));
