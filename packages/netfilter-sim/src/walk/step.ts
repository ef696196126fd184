import type { Environment } from '../flight/environment.ts';
import type { Flight, Stage } from '../flight/flight.ts';
import { interfaceNamed, LOOPBACK } from '../host/host.ts';
import type { Hook } from '../ruleset/shared/hooks.ts';
import { endsAtIpvs, lookForFlowtable, lookForVrf, lookForXdp } from './absent.ts';
import { arrive, mayPass, staysInside } from './arrive.ts';
import { crossBridge, enterByMaster, goesUp, staysOnBridge, turnsBack } from './bridge.ts';
import { hearItself } from './copy.ts';
import { deliver } from './deliver.ts';
import { drop, end, proceed } from './ending.ts';
import { waitsAtHook, waitsForDelivery } from './fragment.ts';
import { runNextFunction } from './hook.ts';
import { sendError, TIME_EXCEEDED, UNREACHABLE } from './icmp-error.ts';
import { routeArrived, routeLeaving, routeLooped } from './route.ts';

/**
 * Moves a packet in flight from one stage to the next. This is the only place that knows what comes
 * after what; a race is two flights stepped in some order, holding one is not stepping it.
 */
export const step = (environment: Environment, flight: Flight): void => {
  const { stage } = flight;
  switch (stage.kind) {
    case 'arrive':
      comeIn(environment, flight);
      return;
    case 'hook':
      if (stage.next === 0 && waitsAtHook(environment, flight, stage.hook)) return;
      if (runNextFunction(environment, flight, stage.hook, stage.next) === 'ran') return;
      if (!endsAtIpvs(environment, flight, stage.hook)) leave(environment, flight, stage.hook);
      return;
    case 'route-input':
      if (staysOnBridge(environment, flight)) {
        goOn(flight, at('FORWARD'));
        return;
      }
      if (!goesUp(environment, flight)) return;
      proceed(environment, flight, flight.destination === undefined ? routeArrived(environment, flight) : routeLooped(environment, flight));
      if (flight.stage.kind === 'ended') return;
      if (turnsBack(environment, flight)) goOn(flight, at('FORWARD'));
      else if (flight.destination?.device !== LOOPBACK) flight.stage = { kind: 'forward' };
      else if (!waitsForDelivery(environment, flight, 'ipv4')) flight.stage = at('INPUT');
      return;
    case 'forward':
      forward(environment, flight);
      return;
    case 'route-output':
      lookForFlowtable(environment, flight);
      if (flight.stage.kind !== 'ended') proceed(environment, flight, routeLeaving(environment, flight));
      if (flight.stage.kind !== 'ended') flight.stage = at('OUTPUT');
      return;
    case 'deliver':
      if (!waitsForDelivery(environment, flight, 'ipv6')) end(environment, flight, deliver(environment, flight));
      return;
    case 'transmit':
      transmit(environment, flight);
      return;
    case 'held':
    case 'ended':
  }
};

const comeIn = (environment: Environment, flight: Flight): void => {
  for (const stage of [lookForXdp, lookForVrf, enterByMaster, crossBridge, lookForFlowtable]) {
    stage(environment, flight);
    if (flight.stage.kind === 'ended') return;
  }
  const arrival = flight.bridged ? 'accepted' : arrive(flight);
  if (arrival === 'accepted') flight.stage = at('PREROUTING');
  else drop(environment, flight, { kind: arrival });
};

const goOn = (flight: Flight, stage: Stage): void => {
  if (flight.stage.kind !== 'ended') flight.stage = stage;
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

const leave = (environment: Environment, flight: Flight, hook: Hook): void => {
  flight.stage = behind(hook);
  // A hook keeps the device that it was entered with, whatever routing said since (struct nf_hook_state).
  if (hook === 'OUTPUT') flight.outDevice = flight.destination?.device ?? flight.outDevice;
  if (hook === 'OUTPUT' && flight.packet.family === 'ipv4') hearItself(environment, flight, step);
};

/** The verdict ACCEPT for a held packet: it goes on behind the function that held it (`nf_reinject`). */
export const letGo = (flight: Flight): void => {
  if (flight.stage.kind === 'held') flight.stage = { kind: 'hook', ...flight.stage.behind };
};

/** `ip_forward` and `ip6_forward`: before the FORWARD hook, which sees the lowered TTL. */
const forward = (environment: Environment, flight: Flight): void => {
  const { packet } = flight;
  if (flight.assigned !== undefined) {
    drop(environment, flight, { kind: 'assigned-to-socket' });
    return;
  }
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
  if (flight.packet.family === 'ipv6') {
    hearItself(environment, flight, step);
    if (staysInside(flight.packet.dst)) {
      drop(environment, flight, { kind: 'martian-destination' });
      return;
    }
  }
  // Routing does not ask where a packet to a group is routed by its source (`noop_enqueue`, net/sched/sch_generic.c, 6.12).
  if (interfaceNamed(environment.host, device)?.up === false) {
    drop(environment, flight, { kind: 'device-down', device });
    return;
  }
  end(environment, flight, { kind: flight.origin === 'device' ? 'forwarded' : 'sent', device });
};
