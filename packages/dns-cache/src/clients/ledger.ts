import type { Network } from '../address.ts';
import { addressOctets, networkText, octetsText, readNetwork } from '../address.ts';
import { rememberByText } from '../remember.ts';
import { createNameTable } from './names.ts';
import type { ClientReport } from './report.ts';
import { firstClients } from './report.ts';
import { createSketch } from './sketch.ts';

/** Clients that are counted each for itself: who is not among them has asked at most a 8192nd of all that was asked. */
export const CLIENTS_MAX = 8192;

/** So many are told of: more than a node has pods. */
export const REPORTED_MAX = 1000;

/** The bits of an address by which clients are told apart. */
export interface ClientBits {
  /** 0 to 32. */
  readonly ipv4: number;
  /** 0 to 128. */
  readonly ipv6: number;
}

/** How clients are told apart, and how many of them have series of their own. */
export interface LedgerOptions {
  readonly bits: ClientBits;
  /** 0 to 100. */
  readonly series: number;
}

/** What came of a query. */
export type Fate = 'answer' | 'denial' | 'failure';

/** Who asks, and what becomes of it, in bounded memory. */
export interface Ledger {
  /** @param key begins with the folded name */
  count(address: string, key: string, nameOctets: number, fate: Fate): void;
  /** All that was counted since the ledger was made. */
  report(): ClientReport;
}

const IPV4_BITS = 32;
const IPV6_BITS = 128;

/** The client that an address is counted as. */
export const clientOf = ({ ipv4, ipv6 }: ClientBits): ((address: string) => string) => {
  if (ipv4 === IPV4_BITS && ipv6 === IPV6_BITS) return (address) => address;
  return rememberByText((address) => {
    const octets = addressOctets(address);
    if (octets === undefined) return address;
    const [bits, whole] = octets.length === 4 ? [ipv4, IPV4_BITS] : [ipv6, IPV6_BITS];
    const network: Network | undefined = bits === whole ? undefined : readNetwork(`${octetsText(octets)}/${bits}`);
    return network === undefined ? octetsText(octets) : networkText(network);
  });
};

export const createLedger = ({ bits, series }: LedgerOptions): Ledger => {
  const names = createNameTable();
  const clientAt = clientOf(bits);
  const [denials, failures] = [new Float64Array(CLIENTS_MAX), new Float64Array(CLIENTS_MAX)];
  /** Who has a place now, by a number that nobody else ever has. */
  const askers = new Float64Array(CLIENTS_MAX);
  let lastAsker = 0;
  let queries = 0;
  const sketch = createSketch(CLIENTS_MAX, (place) => {
    lastAsker += 1;
    askers[place] = lastAsker;
    denials[place] = 0;
    failures[place] = 0;
  });
  return {
    count(address, key, nameOctets, fate) {
      queries += 1;
      const place = sketch.add(clientAt(address));
      if (fate === 'denial') denials[place] = (denials[place] ?? 0) + 1;
      else if (fate === 'failure') failures[place] = (failures[place] ?? 0) + 1;
      names.note(key, nameOctets, askers[place] ?? 0);
    },
    report() {
      const alone = names.alone();
      const clients = Array.from({ length: sketch.size }, (_, place) => ({
        client: sketch.keyAt(place),
        queries: sketch.countAt(place),
        surplus: sketch.surplusAt(place),
        denials: denials[place] ?? 0,
        failures: failures[place] ?? 0,
        ownNames: alone.get(askers[place] ?? 0) ?? 0,
      }));
      return firstClients({ clients, queries, floor: sketch.floor, series }, REPORTED_MAX);
    },
  };
};
