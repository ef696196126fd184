import { confirm } from '../conntrack/confirm.ts';
import { DEFAULT_ZONE, entryOf, hold, release } from '../conntrack/table.ts';
import { track } from '../conntrack/track.ts';
import type { NftPlace } from '../ruleset/nftables/place.ts';
import type { Hook, TableName } from '../ruleset/rule-set.ts';
import type { Disposition, DropReason, SendError } from '../trace/disposition.ts';
import { sendError, sendReset, TIME_EXCEEDED, UNREACHABLE } from './answers.ts';
import { arrive, mayPass } from './arrive.ts';
import { usesConntrack } from './conntrack-use.ts';
import type { RulePlace } from './context.ts';
import { deliver } from './deliver.ts';
import type { Environment } from './environment.ts';
import type { Flight, Stage } from './flight.ts';
import { LOOPBACK } from './host.ts';
import { runBaseChain } from './nftables.ts';
import { rejectError } from './reject.ts';
import { routeAgain, routeArrived, routeLeaving } from './route.ts';
import type { Routed } from './route.ts';
import { functionsAt, natFunctionsAt, translates } from './schedule.ts';
import type { EdgeFunction, NftFunction } from './schedule.ts';
import { runTable } from './tables.ts';
import type { TableVerdict } from './tables.ts';
import { runNat } from './translate.ts';

/**
 * Moves a packet in flight from one stage to the next. This is the only place that knows what comes
 * after what; a race is two flights stepped in some order, holding one is not stepping it.
 */
export const step = (environment: Environment, flight: Flight): void => {
  const { stage } = flight;
  switch (stage.kind) {
    case 'arrive': {
      const arrival = arrive(flight.packet, flight.inDevice);
      if (arrival === 'accepted') flight.stage = at('PREROUTING');
      else drop(environment, flight, { kind: arrival });
      return;
    }
    case 'hook':
      runHookFunction(environment, flight, stage.hook, stage.next);
      return;
    case 'route-input':
      if (flight.destination === undefined) proceed(environment, flight, routeArrived(environment, flight));
      if (flight.stage.kind !== 'ended') flight.stage = flight.destination?.device === LOOPBACK ? at('INPUT') : { kind: 'forward' };
      return;
    case 'forward':
      forward(environment, flight);
      return;
    case 'route-output':
      proceed(environment, flight, routeLeaving(environment, flight));
      if (flight.stage.kind !== 'ended') flight.stage = at('OUTPUT');
      return;
    case 'deliver':
      end(environment, flight, deliver(environment, flight));
      return;
    case 'transmit':
      transmit(environment, flight);
      return;
    case 'held':
    case 'ended':
  }
};

const at = (hook: Hook): Stage => ({ kind: 'hook', hook, next: 0 });

/** Where a packet goes behind the last function of a hook. */
const behind = (hook: Hook): Stage => {
  switch (hook) {
    case 'PREROUTING':
      return { kind: 'route-input' };
    case 'INPUT':
      return { kind: 'deliver' };
    case 'FORWARD':
    case 'OUTPUT':
      return at('POSTROUTING');
    case 'POSTROUTING':
      return { kind: 'transmit' };
  }
};

const end = (environment: Environment, flight: Flight, disposition: Disposition): void => {
  const { state, trace } = environment;
  flight.stage = { kind: 'ended', disposition };
  trace.push({ kind: 'ended', disposition });
  if (flight.conntrack.kind === 'tracked') release(state.conntrack, entryOf(state.conntrack, flight.conntrack.entry));
  flight.conntrack = { kind: 'none' };
};

const drop = (environment: Environment, flight: Flight, reason: DropReason, sendError?: SendError): void => {
  end(environment, flight, { kind: 'dropped', reason, ...(sendError === undefined ? {} : { sendError }) });
};

const proceed = (environment: Environment, flight: Flight, routed: Routed): void => {
  if (routed.kind === 'dropped') drop(environment, flight, routed.reason, routed.sendError);
};

const runHookFunction = (environment: Environment, flight: Flight, hook: Hook, next: number): void => {
  const stage = functionsAt(environment.host, flight.packet.family, hook)[next];
  if (stage === undefined) {
    flight.stage = behind(hook);
    // A hook keeps the device that it was entered with, whatever routing said since (struct nf_hook_state).
    if (hook === 'OUTPUT') flight.outDevice = flight.destination?.device ?? flight.outDevice;
    return;
  }
  flight.stage = { kind: 'hook', hook, next: next + 1 };
  const { runs } = stage;
  switch (runs) {
    case 'conntrack':
      runConntrack(environment, flight, hook);
      return;
    case 'confirm':
      runConfirm(environment, flight, hook);
      return;
    case 'nat':
      if (translates(environment.host, flight.packet.family)) natHook(environment, flight, hook);
      return;
    case 'nftables':
      nftHook(environment, flight, stage);
      return;
    case 'edge':
      edgeHook(environment, flight, stage);
      return;
    case 'raw':
    case 'mangle':
    case 'filter':
    case 'security':
      tableHook(environment, flight, runs, hook);
  }
};

const tableHook = (environment: Environment, flight: Flight, name: TableName, hook: Hook): void => {
  // A table that the node never loaded is not asked.
  const table = environment.host.ruleSets[flight.packet.family].tables.get(name);
  if (table === undefined) return;
  const run = (): void => conclude(environment, flight, hook, runTable(environment, flight, table, hook));
  if (name === 'mangle' && hook === 'OUTPUT') reroutingAfter(environment, flight, run);
  else run();
};

const nftHook = (environment: Environment, flight: Flight, at: NftFunction): void => {
  const run = (): void => conclude(environment, flight, at.hook, runBaseChain(environment, flight, at));
  if (at.chain.base.type === 'route') reroutingAfter(environment, flight, run);
  else run();
};

/** What stands at the hooks of the devices is read, and not more. */
const edgeHook = (environment: Environment, flight: Flight, { hook, chains }: EdgeFunction): void => {
  const device = hook === 'PREROUTING' ? flight.inDevice : flight.outDevice;
  const found = chains.find(({ devices }) => devices.includes(device));
  if (found === undefined) return;
  const { family, table, chain, hook: edge } = found;
  end(environment, flight, { kind: 'not-modelled', what: `chain ${chain} of table ${family} ${table} at the ${edge} of ${device}` });
};

/** ipt_mangle_out (iptable_mangle.c, 6.12) and nf_route_table_hook4 (nft_chain_route.c): routing looked at what changed. */
const reroutingAfter = (environment: Environment, flight: Flight, run: () => void): void => {
  const { packet, mark } = flight;
  run();
  if (flight.stage.kind !== 'hook') return;
  const after = flight.packet;
  const changed =
    after.src !== packet.src || after.dst !== packet.dst || flight.mark !== mark || after.tos !== packet.tos;
  const reroutes = packet.family === 'ipv4' ? changed : changed || after.ttl !== packet.ttl;
  if (reroutes) proceed(environment, flight, routeAgain(environment, flight));
};

const natHook = (environment: Environment, flight: Flight, hook: Hook): void => {
  const { dst } = flight.packet;
  const verdict = runNat(environment, flight, natFunctionsAt(environment.host, flight.packet.family, hook), hook);
  switch (verdict.kind) {
    case 'dropped':
      drop(environment, flight, verdict.reason, hook === 'OUTPUT' || hook === 'POSTROUTING' ? EPERM : undefined);
      return;
    case 'table':
      conclude(environment, flight, hook, verdict.verdict);
      return;
    case 'accept':
      break;
  }
  if (flight.packet.dst === dst) return;
  if (hook === 'PREROUTING') flight.destination = undefined;
  if (hook === 'OUTPUT') proceed(environment, flight, routeAgain(environment, flight));
};

/** `sendmsg` fails with it when the packet is dropped on its way out. */
const EPERM: SendError = 1;

const conclude = (environment: Environment, flight: Flight, hook: Hook, verdict: TableVerdict): void => {
  const local = flight.origin !== 'device' && (hook === 'OUTPUT' || hook === 'POSTROUTING');
  switch (verdict.kind) {
    case 'accept':
      return;
    case 'translate':
    case 'not-modelled':
      end(environment, flight, {
        kind: 'not-modelled',
        what: verdict.kind === 'translate' ? 'translation outside the nat table' : verdict.what,
      });
      return;
    case 'queue':
      park(environment, flight, verdict.queue);
      return;
    case 'reject': {
      const error = rejectError(verdict.with, flight.packet.family);
      if (error === 'tcp-reset') sendReset(environment, flight, 'attach');
      else sendError(environment, flight, error, 'attach');
      drop(environment, flight, dropReason('rejected', verdict.place), local ? EPERM : undefined);
      return;
    }
    case 'drop':
      drop(environment, flight, dropReason(verdict.by, verdict.place), local ? EPERM : undefined);
  }
};

const dropReason = (by: 'rule' | 'policy' | 'malformed' | 'rejected', place: RulePlace | NftPlace): DropReason => {
  if ('handle' in place) return { kind: `nft-${by === 'malformed' ? 'rule' : by}`, ...place };
  const { table, chain, number } = place;
  return by === 'policy' ? { kind: by, table, chain } : { kind: by, table, chain, number };
};

/** `-j NFQUEUE`: the packet waits where it is; its entry stays unconfirmed. */
const park = ({ trace }: Environment, flight: Flight, queue: number): void => {
  const { stage } = flight;
  if (stage.kind !== 'hook') return;
  flight.stage = { kind: 'held', queue, behind: { hook: stage.hook, next: stage.next } };
  trace.push({ kind: 'held', queue });
};

/** The verdict ACCEPT for a held packet: it goes on behind the function that held it (`nf_reinject`). */
export const letGo = (flight: Flight): void => {
  if (flight.stage.kind === 'held') flight.stage = { kind: 'hook', ...flight.stage.behind };
};

const runConntrack = (environment: Environment, flight: Flight, hook: Hook): void => {
  const { host, state, trace } = environment;
  const { conntrack, packet } = flight;
  if (!usesConntrack(host, packet.family)) return;
  if (conntrack.kind === 'tracked' || conntrack.kind === 'untracked') {
    const reason = conntrack.kind === 'tracked' ? 'already-tracked' : 'untracked';
    trace.push({ kind: 'skipped', hook, what: 'conntrack', reason });
    return;
  }
  const template = conntrack.kind === 'template' ? conntrack : { zone: DEFAULT_ZONE };
  const outcome = track(state.conntrack, { packet, ...template, now: state.now, settings: host.conntrack });
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
      const { original, reply } = entry;
      trace.push({ kind: 'tracked', hook, outcome: { kind: 'connection', entry: entry.id, info, direction, opened, original, reply } });
    }
  }
};

/** A new connection enters the table once its first packet has passed every hook. */
const runConfirm = (environment: Environment, flight: Flight, hook: Hook): void => {
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

/** `ip_forward` and `ip6_forward`: before the FORWARD hook, which sees the lowered TTL. */
const forward = (environment: Environment, flight: Flight): void => {
  const { packet } = flight;
  if (packet.ttl <= 1) {
    sendError(environment, flight, TIME_EXCEEDED[packet.family], 'attach');
    drop(environment, flight, { kind: 'time-exceeded' });
    return;
  }
  if (packet.family === 'ipv6' && flight.destination?.device !== flight.inDevice) {
    const passing = mayPass(packet.src);
    if (passing === 'beyond-scope') sendError(environment, flight, UNREACHABLE.ipv6.scope, 'attach');
    if (passing !== 'passes') {
      drop(environment, flight, { kind: 'martian-source' });
      return;
    }
  }
  flight.packet = { ...packet, ttl: packet.ttl - 1 };
  environment.trace.push({ kind: 'ttl-decremented', from: packet.ttl, to: packet.ttl - 1 });
  flight.stage = at('FORWARD');
};

const transmit = (environment: Environment, flight: Flight): void => {
  const { destination } = flight;
  if (destination?.device === LOOPBACK) {
    // loopback_xmit keeps mark, conntrack entry, route and trace; only the socket lets go.
    flight.inDevice = LOOPBACK;
    flight.outDevice = '';
    flight.owner = { kind: 'no-socket' };
    flight.stage = { kind: 'arrive' };
    environment.trace.push({ kind: 'looped-back' });
    return;
  }
  const device = destination?.device ?? flight.outDevice;
  end(environment, flight, { kind: flight.origin === 'device' ? 'forwarded' : 'sent', device });
};
