import type { Ledger, LedgerOptions } from '../clients/ledger.ts';
import { createLedger } from '../clients/ledger.ts';

/** Where clients are counted, by how, so that a new configuration goes on with the counts of the old one. */
export type Ledgers = ReadonlyMap<string, Ledger>;

interface FillingLedgers {
  readonly ledgers: Ledgers;
  readonly ledgerFor: (options: LedgerOptions) => Ledger;
}

export const createLedgers = (previous: Ledgers = new Map()): FillingLedgers => {
  const ledgers = new Map<string, Ledger>();
  return {
    ledgers,
    ledgerFor(options) {
      const { bits, series } = options;
      const name = [bits.ipv4, bits.ipv6, series].join(' ');
      const ledger = ledgers.get(name) ?? previous.get(name) ?? createLedger(options);
      ledgers.set(name, ledger);
      return ledger;
    },
  };
};
