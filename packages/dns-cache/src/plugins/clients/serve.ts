import type { Fate } from '../../clients/ledger.ts';
import type { LogClass } from '../../engine/classify.ts';
import { logClass } from '../../engine/classify.ts';
import type { Handler, Outcome } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import type { ClientsValue } from './setup.ts';

const FATES: Readonly<Record<LogClass, Fate>> = { success: 'answer', denial: 'denial', error: 'failure' };

const fateOf = (outcome: Outcome): Fate => (outcome.kind === 'reply' ? FATES[logClass(outcome.class)] : 'failure');

/** Counts who asks. What the server asks itself is nobody's. */
export const serve = (options: ClientsValue, { ledgerFor, guardHits }: Site, next: Handler): Handler => {
  const ledger = ledgerFor(options);
  guardHits({
    passed: (client, key, nameOctets, entry) => ledger.count(client.address, key, nameOctets, FATES[logClass(entry.class)]),
    barred: (client, key, nameOctets) => ledger.count(client.address, key, nameOctets, 'failure'),
  });
  return (request, answer) => {
    if (request.resolutions > 0) {
      next(request, answer);
      return;
    }
    next(request, (outcome) => {
      ledger.count(request.client.address, request.name, request.name.length, fateOf(outcome));
      answer(outcome);
    });
  };
};
