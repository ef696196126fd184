import { readMessage } from '@nodelocal/dns-cache';
import { answerAsCoreDns } from '../cluster/coredns.ts';
import { answerAsResolver } from '../cluster/outside.ts';
import type { FleetNames } from './names.ts';

/** What a server says to a query. */
interface Said {
  readonly message: Uint8Array;
  /** The outside name that it is about, if it is about one. */
  readonly outside: string | undefined;
}

/** The servers' words, without when and whether they say them. */
export interface Answers {
  /** CoreDNS: of the cluster from what it knows, of anything else what the resolver outside says. */
  coreDns(query: Uint8Array): Said | undefined;
  /** What the resolver outside says; `undefined` where it says nothing. */
  outside(query: Uint8Array): Said | undefined;
}

/** Whoever asks the same gets the same octets, but for the ID: they are made once. */
export const createAnswers = (names: FleetNames, outsideTtlSeconds: number): Answers => {
  const asResolver = (query: Uint8Array): Uint8Array | undefined => answerAsResolver(names.outside, query, 'udp', outsideTtlSeconds);
  const isOfCluster = (name: string): boolean => name === names.cluster.domain || name.endsWith(`.${names.cluster.domain}`);
  const outsideOf = (query: Uint8Array): string | undefined => {
    const message = readMessage(query);
    const name = message.kind === 'message' ? message.question?.name.toLowerCase() : undefined;
    return name === undefined || isOfCluster(name) ? undefined : name;
  };
  return {
    coreDns: remembered((query) => {
      const outside = outsideOf(query);
      return said(outside === undefined ? answerAsCoreDns(names.cluster, query) : asResolver(query), outside);
    }),
    outside: remembered((query) => said(asResolver(query), outsideOf(query))),
  };
};

const said = (message: Uint8Array | undefined, outside: string | undefined): Said | undefined => message && { message, outside };

const ID_OCTETS = 2;

/** Copies stand one behind the other in pieces of memory that are shared: V8 has much to do with many small ones. */
const PIECE_OCTETS = 65_536;

const copier = (): ((octets: Uint8Array) => Uint8Array) => {
  let piece = new Uint8Array(PIECE_OCTETS);
  let used = 0;
  return (octets) => {
    if (used + octets.length > piece.length) {
      piece = new Uint8Array(Math.max(PIECE_OCTETS, octets.length));
      used = 0;
    }
    const copy = piece.subarray(used, used + octets.length);
    copy.set(octets);
    used += octets.length;
    return copy;
  };
};

const remembered = (answer: (query: Uint8Array) => Said | undefined): ((query: Uint8Array) => Said | undefined) => {
  const copyOf = copier();
  const known = new Map<string, Said | undefined>();
  return (query) => {
    const key = String.fromCharCode.apply(null, query.subarray(ID_OCTETS) as unknown as number[]);
    const before = known.get(key);
    const found = before ?? answer(query);
    if (before === undefined) known.set(key, found);
    if (found === undefined) return undefined;
    const message = copyOf(found.message);
    for (let octet = 0; octet < ID_OCTETS; octet += 1) message[octet] = query[octet] ?? 0;
    return { message, outside: found.outside };
  };
};
