import { confirm } from '../conntrack/confirm.ts';
import { DEFAULT_ZONE, entryOf, hold, release } from '../conntrack/table.ts';
import { track } from '../conntrack/track.ts';
import { unreadConnectionOf } from '../conntrack/unread.ts';
import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { keepsAccounts, usesConntrack } from '../hooks/conntrack-use.ts';
import { lacksPorts } from '../packet/packet.ts';
import type { Hook } from '../ruleset/shared/hooks.ts';
import { drop, end, EPERM } from './ending.ts';

/** Which connection the packet belongs to; none is looked for where no rule needs it. */
export const runConntrack = (environment: Environment, flight: Flight, hook: Hook): void => {
  const { host, state, trace } = environment;
  const { conntrack, packet } = flight;
  if (!usesConntrack(host, packet.family)) return;
  if (conntrack.kind === 'tracked' || conntrack.kind === 'untracked') {
    const reason = conntrack.kind === 'tracked' ? 'already-tracked' : 'untracked';
    trace.push({ kind: 'skipped', hook, what: 'conntrack', reason });
    return;
  }
  if (lacksPorts(packet)) {
    end(environment, flight, { kind: 'not-modelled', what: 'the connection of a packet that was written without ports' });
    return;
  }
  const unread = unreadConnectionOf(state.conntrack, packet);
  if (unread !== undefined) {
    end(environment, flight, { kind: 'not-modelled', what: `a connection that is not understood (${unread.place})` });
    return;
  }
  const template = conntrack.kind === 'template' ? conntrack : { zone: DEFAULT_ZONE };
  const outcome = track(state.conntrack, { packet, ...template, accounts: keepsAccounts(host), now: state.now, settings: host.conntrack, version: host.kernelVersion });
  switch (outcome.kind) {
    case 'untracked':
      flight.conntrack = { kind: 'untracked' };
      trace.push({ kind: 'untracked', hook });
      return;
    case 'invalid':
      if (conntrack.kind === 'template') flight.conntrack = { kind: 'none' };
      trace.push({ kind: 'tracked', hook, outcome: { kind: 'invalid', reason: outcome.reason } });
      return;
    case 'table-full':
      flight.conntrack = { kind: 'none' };
      drop(environment, flight, { kind: 'conntrack-table-full' }, hook === 'OUTPUT' ? EPERM : undefined);
      return;
    case 'tracked': {
      const { entry, info, direction, opened } = outcome;
      flight.conntrack = { kind: 'tracked', entry: entry.id, info, direction };
      if (hook === 'PREROUTING') flight.verified = packet;
      const { original, reply } = entry;
      trace.push({ kind: 'tracked', hook, outcome: { kind: 'connection', entry: entry.id, info, direction, opened, original, reply } });
    }
  }
};

/** A new connection enters the table once its first packet has passed every hook. */
export const runConfirm = (environment: Environment, flight: Flight, hook: Hook): void => {
  const { host, state, trace } = environment;
  const { conntrack } = flight;
  if (conntrack.kind !== 'tracked' || conntrack.direction !== 'original') return;
  const entry = entryOf(state.conntrack, conntrack.entry);
  if (entry.status.confirmed) return;
  const outcome = confirm(state.conntrack, entry, { now: state.now, version: host.kernelVersion });
  const { original, reply } = entry;
  trace.push({ kind: 'confirmed', hook, outcome: outcome.kind, original, reply });
  switch (outcome.kind) {
    case 'confirmed':
    case 'kept-for-replies':
      return;
    case 'merged':
      hold(outcome.into);
      flight.conntrack = { ...conntrack, entry: outcome.into.id };
      release(state.conntrack, entry);
      return;
    case 'lost':
      drop(environment, flight, { kind: 'conntrack-clash' }, flight.origin === 'device' ? undefined : EPERM);
  }
};
