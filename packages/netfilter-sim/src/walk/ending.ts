import { entryOf, release } from '../conntrack/table.ts';
import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import type { Disposition, DropReason, SendError } from '../trace/disposition.ts';
import type { Routed } from './routed.ts';

/** `sendmsg` fails with it when the packet is dropped on its way out. */
export const EPERM: SendError = 1;

/** The packet goes no further, and lets go of its entry. */
export const end = (environment: Environment, flight: Flight, disposition: Disposition): void => {
  const { state, trace } = environment;
  flight.stage = { kind: 'ended', disposition };
  trace.push({ kind: 'ended', disposition });
  if (flight.conntrack.kind === 'tracked') release(state.conntrack, entryOf(state.conntrack, flight.conntrack.entry));
  flight.conntrack = { kind: 'none' };
};

export const drop = (environment: Environment, flight: Flight, reason: DropReason, sendError?: SendError): void => {
  end(environment, flight, { kind: 'dropped', reason, ...(sendError === undefined ? {} : { sendError }) });
};

/** What routing said: the packet goes on, or is dropped. */
export const proceed = (environment: Environment, flight: Flight, routed: Routed): void => {
  if (routed.kind === 'dropped') drop(environment, flight, routed.reason, routed.sendError);
  if (routed.kind === 'not-modelled') end(environment, flight, routed);
};
