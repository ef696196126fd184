import type { Network } from '../address.ts';
import { readNetwork } from '../address.ts';
import { readDuration } from '../corefile/duration.ts';
import { foldName, readNameText } from '../message/name.ts';
import { rcodeNumber, typeNumber } from '../message/numbers.ts';
import type { Filter, NamePattern } from './filter.ts';
import { SILENCE } from './filter.ts';

/** The words in which somebody says what to see. */
export interface FilterWords {
  readonly names: readonly string[];
  readonly clients: readonly string[];
  readonly types: readonly string[];
  readonly rcodes: readonly string[];
  readonly slower: string | undefined;
}

/** A word that means nothing, and what could stand in its place. */
export interface UnreadableFilter {
  readonly kind: 'unreadable';
  readonly reason: string;
}

const unreadable = (what: string, word: string, mend: string): UnreadableFilter => ({ kind: 'unreadable', reason: `not ${what}: '${word}'; ${mend}` });

const readPattern = (word: string): NamePattern | UnreadableFilter => {
  if (/[*?]/.test(word)) return { kind: 'glob', glob: `${word.toLowerCase().replace(/\.$/, '')}.` };
  const name = readNameText(word);
  return name === undefined ? unreadable('a domain name', word, 'write a zone, as example.org, or a pattern for the whole name, as *.svc.*') : { kind: 'within', zone: foldName(name) };
};

const readClient = (word: string): Network | UnreadableFilter =>
  readNetwork(word.includes('/') ? word : `${word}/${word.includes(':') ? 128 : 32}`) ?? unreadable('an address or a network', word, 'write 10.244.1.5 or 10.244.0.0/16');

const readRcode = (word: string): number | UnreadableFilter =>
  word === '-' ? SILENCE : (rcodeNumber(word.toUpperCase()) ?? unreadable('a response code', word, 'write NXDOMAIN, SERVFAIL, ..., or - for no answer'));

const readSlower = (word: string | undefined): number | UnreadableFilter =>
  word === undefined ? 0 : (readDuration(word) ?? unreadable('a duration', word, 'write a number and a unit, as in 10ms or 1.5s'));

const isUnreadable = (value: unknown): value is UnreadableFilter => typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'unreadable';

/** What of the words could be read, or the first that could not. */
const all = <Item extends number | object>(items: readonly (Item | UnreadableFilter)[]): readonly Item[] | UnreadableFilter => {
  const wrong = items.find(isUnreadable);
  return wrong ?? items.filter((item): item is Item => !isUnreadable(item));
};

export const readFilter = (words: FilterWords): Filter | UnreadableFilter => {
  const names = all(words.names.map(readPattern));
  if ('kind' in names) return names;
  const clients = all(words.clients.map(readClient));
  if ('kind' in clients) return clients;
  const types = all(words.types.map((word) => typeNumber(word.toUpperCase()) ?? unreadable('a type', word, 'write A, AAAA, SRV, ...')));
  if ('kind' in types) return types;
  const rcodes = all(words.rcodes.map(readRcode));
  if ('kind' in rcodes) return rcodes;
  const slowerMs = readSlower(words.slower);
  if (typeof slowerMs === 'object') return slowerMs;
  return { names, clients, types, rcodes, slowerMs };
};
