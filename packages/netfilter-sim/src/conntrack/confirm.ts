import { atLeast } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';
import { PROTOCOL } from '../packet/protocol.ts';
import { later, seconds } from '../time.ts';
import type { Instant } from '../time.ts';
import type { Entry } from './entry/entry.ts';
import { findAs, insert, sameIn, zoneOf } from './table.ts';
import type { ConntrackState } from './table.ts';

/** What becomes of a new entry when its first packet has passed every hook. */
export type ConfirmOutcome =
  | { readonly kind: 'confirmed' }
  /** Another packet of the flow was faster with the same mapping: this one goes on as part of that entry. */
  | { readonly kind: 'merged'; readonly into: Entry }
  /** Another mapping was faster: this one is kept for its replies only, for a second. */
  | { readonly kind: 'kept-for-replies' }
  | { readonly kind: 'lost'; readonly to: Entry };

/** How long the reply of a lost clash is still translated (nf_ct_resolve_clash_harder). */
const CLASH_LIFETIME = seconds(1);

interface ConfirmInput {
  readonly now: Instant;
  readonly version: KernelVersion;
}

/** `__nf_conntrack_confirm` (nf_conntrack_core.c, 6.12). */
export const confirm = (state: ConntrackState, entry: Entry, input: ConfirmInput): ConfirmOutcome => {
  const zone = zoneOf(entry);
  const winner = findAs(state, 'original', entry.original, zone, input.now) ?? findAs(state, 'reply', entry.reply, zone, input.now);
  if (winner === undefined) {
    entry.expiresAt = later(input.now, entry.timeout);
    insert(state, entry, ['original', 'reply']);
    return { kind: 'confirmed' };
  }
  const outcome = resolveClash(state, { winner: winner.entry, loser: entry, ...input });
  if (outcome.kind === 'merged') mergeAccounts(outcome.into, entry);
  countClash(state, outcome, input.version);
  return outcome;
};

const resolveClash = (
  state: ConntrackState,
  { winner, loser, now, version }: ConfirmInput & { readonly winner: Entry; readonly loser: Entry },
): ConfirmOutcome => {
  if (!protocolAllowsClash(loser, version)) return { kind: 'lost', to: winner };
  if (mergeable(winner, loser, version)) return { kind: 'merged', into: winner };
  if (!atLeast(version, 5, 6)) return { kind: 'lost', to: winner };
  const zone = zoneOf(loser);
  const third = findAs(state, 'reply', loser.reply, zone, now);
  if (third !== undefined) {
    return mergeable(third.entry, loser, version) ? { kind: 'merged', into: third.entry } : { kind: 'lost', to: third.entry };
  }
  loser.expiresAt = later(now, CLASH_LIFETIME);
  loser.status.fixedTimeout = true;
  loser.status.natClash = true;
  insert(state, loser, ['reply']);
  return { kind: 'kept-for-replies' };
};

/** `nf_ct_acct_merge`: the one packet that the loser has carried. */
const mergeAccounts = ({ accounting }: Entry, loser: Entry): void => {
  if (accounting === undefined || loser.accounting === undefined) return;
  accounting.original.packets += 1;
  accounting.original.bytes += loser.accounting.original.bytes;
};

/** `allow_clash` of each protocol; TCP and SCTP never. */
export const protocolAllowsClash = ({ original: { protocol } }: Entry, version: KernelVersion): boolean => {
  switch (protocol) {
    case PROTOCOL.udp:
    case PROTOCOL.udplite:
      return atLeast(version, 4, 7);
    case PROTOCOL.tcp:
    case PROTOCOL.sctp:
    case PROTOCOL.dccp:
      return false;
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6:
      return atLeast(version, 7, 0);
    default:
      // 8a49fc8d8a3e of 7.0, carried back to the stable releases from 5.10 on.
      return atLeast(version, 5, 10);
  }
};

/** `__nf_ct_resolve_clash`: 71d8c47fc653 (4.7), ed07d9a021df (4.19), a4e6a1031e77 (6.12). */
const mergeable = (winner: Entry, loser: Entry, version: KernelVersion): boolean => {
  if (winner.status.dying) return false;
  if (!winner.status.sourceNatDone && !winner.status.destinationNatDone) return true;
  if (!atLeast(version, 4, 19)) return false;
  if (sameIn(winner, 'original', loser, 'original') && sameIn(winner, 'reply', loser, 'reply')) return true;
  return atLeast(version, 6, 12) && sameIn(winner, 'original', loser, 'reply') && sameIn(winner, 'reply', loser, 'original');
};

/** Which counters rise: bc92470413f3 (5.10) gave resolved clashes one of their own. */
const countClash = ({ counters }: ConntrackState, outcome: ConfirmOutcome, version: KernelVersion): void => {
  switch (outcome.kind) {
    case 'confirmed':
      return;
    case 'merged':
    case 'kept-for-replies':
      if (atLeast(version, 5, 10)) counters.clashResolve += 1;
      else counters.insertFailed += 1;
      return;
    case 'lost':
      counters.insertFailed += 1;
      if (atLeast(version, 4, 7)) counters.drop += 1;
  }
};
