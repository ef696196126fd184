import { invertTuple, sameTuple } from '../conntrack/entry/tuple.ts';
import { rememberSource } from '../conntrack/table.ts';
import { invariant } from '../error.ts';
import { uniqueTuple } from './unique.ts';
import type { UniqueRequest } from './unique.ts';

/**
 * Decides once and for all how one side of a new connection is translated (`nf_nat_setup_info`,
 * nf_nat_core.c, 6.12). A confirmed connection keeps what it has.
 */
export const bind = (request: UniqueRequest): void => {
  const { state, entry, manip } = request;
  if (entry.status.confirmed) return;
  // Not the original tuple: the destination may have been decided already.
  const current = invertTuple(entry.reply);
  invariant(current.kind === 'tuple', 'a tracked tuple can be inverted');
  const { tuple, drawn } = uniqueTuple(request, current.tuple);
  if (!sameTuple(tuple, current.tuple)) {
    const reply = invertTuple(tuple);
    invariant(reply.kind === 'tuple', 'a tracked tuple can be inverted');
    entry.reply = reply.tuple;
    if (manip === 'source') entry.status.sourceNat = true;
    else entry.status.destinationNat = true;
  }
  if (manip === 'source') {
    rememberSource(state, entry);
    entry.portDrawn = drawn;
    entry.status.sourceNatDone = true;
  } else {
    entry.status.destinationNatDone = true;
  }
};
