import type { MessageValue } from '@nodelocal/dns-cache';
import type { Draw, LookupFailure } from '../machine.ts';
import { isLame } from '../query.ts';
import type { Lookup, LookupStep } from './lookup.ts';
import { closed } from './lookup.ts';
import { exhausted } from './search.ts';
import { transmit, transmitByTcp } from './transmit.ts';

/** Answers by UDP after which glibc asks elsewhere (`send_dg`, resolv/res_send.c, 2.36). By TCP it takes any. */
const ERRORS = ['SERVFAIL', 'NOTIMP', 'REFUSED'];

export const isError = (message: MessageValue): boolean => ERRORS.includes(message.rcode) || isLame(message);

/** Another nameserver, or the same ones once more; then it is given up with this name. */
export const nextAttempt = (lookup: Lookup, nowMs: number, draw: Draw, why: LookupFailure): LookupStep => {
  const { nameservers, attempts, useVc } = lookup.config;
  const [first] = lookup.replies;
  const held = { ...lookup, heldRcode: first?.message.rcode ?? lookup.heldRcode };
  const last = lookup.passed + 1 >= nameservers.length;
  const next = { ...held, passed: last ? 0 : lookup.passed + 1, attempt: lookup.attempt + (last ? 1 : 0) };
  // Once TCP is used the rest of the nameservers gets one attempt, by TCP too.
  const byTcp = useVc || lookup.connection !== undefined;
  if (next.attempt >= (byTcp ? lookup.attempt + 1 : attempts)) return exhausted(held, nowMs, draw, why);
  return byTcp ? transmitByTcp(next, draw) : transmit(next, nowMs, draw);
};

/** An ICMP error, or a connection that ended: everything is closed, and the next one asked. */
export const refusedAttempt = (lookup: Lookup, nowMs: number, draw: Draw): LookupStep => {
  const { connection } = lookup;
  return nextAttempt({ ...closed(lookup), connection }, nowMs, draw, 'refused');
};
