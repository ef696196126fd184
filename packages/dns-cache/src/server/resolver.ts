import type { DrivenRuntime } from '../engine/runtime.ts';
import { RCODE } from '../message/numbers.ts';
import { plainQueryOctets } from '../message/question.ts';
import type { Handler, Outcome, Request } from '../plugin/handler.ts';
import { RESOLUTIONS_MAX } from '../plugin/resolutions.ts';
import type { ServedZone } from './blocks.ts';
import { labelsFor } from './routes.ts';
import { settleInside } from './settle.ts';

/** What a query hears that no zone is for. */
export const NO_ZONE: Outcome = { kind: 'failure', rcode: RCODE.REFUSED, error: 'no zone of this server', isWritten: true };

/** Answers questions of our own as clients' are, by the block that each falls in. */
export const createResolver =
  (runtime: DrivenRuntime, zoneOf: (request: Request) => ServedZone | undefined): Handler =>
  (request, answer) => {
    if (request.resolutions >= RESOLUTIONS_MAX) {
      answer({ kind: 'failure', rcode: RCODE.SERVFAIL, error: 'aliases lead on and on' });
      return;
    }
    const zone = zoneOf(request);
    if (zone?.handler === undefined) {
      answer(NO_ZONE);
      return;
    }
    const { place } = zone;
    const query = { ...request.query, octets: plainQueryOctets(request.query) };
    const receivedAt = runtime.now();
    const labels = labelsFor(zone, request.name);
    zone.handler({ ...request, query, zone: zone.zone, place, labels, receivedAt, resolutions: request.resolutions + 1 }, (outcome) => {
      runtime.emit(settleInside({ ...request, query, receivedAt, place }, outcome, runtime.now()));
      answer(outcome);
    });
  };
