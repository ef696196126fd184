import { entryOf, hold } from '../conntrack/table.ts';
import { invariant } from '../error.ts';
import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { interfaceNamed, LOOPBACK } from '../host/host.ts';
import { isMulticast } from '../host/interface.ts';
import { hasJoined } from '../routing/groups.ts';
import type { TraceStep } from '../trace/step.ts';
import { ask } from './ask.ts';
import { drop } from './ending.ts';

/** More stages than any copy can have: a way around must not run for ever. */
const STEPS_MAX = 1000;

/**
 * What a host sends to many it also hears, where it is one of them: a copy passes POSTROUTING, for IPv4 before the packet
 * itself and for IPv6 behind it, and comes in by the device that the packet is about to leave by (`ip_mc_output`,
 * net/ipv4/ip_output.c; `ip6_finish_output2`, net/ipv6/ip6_output.c, 6.12). All of that happens before the packet goes on,
 * since a program that sends lets what comes in be worked off at once (`netif_rx`, net/core/dev.c).
 */
export const hearItself = (environment: Environment, flight: Flight, step: (environment: Environment, flight: Flight) => void): void => {
  const { destination, packet } = flight;
  if (destination === undefined || destination.device === LOOPBACK || flight.origin === 'device') return;
  const membership = isAmong(environment, flight, destination);
  if (membership === false) return;
  const trace: TraceStep[] = [{ kind: 'copied', device: destination.device, packet }];
  const own: Environment = { ...environment, trace };
  const copy = copyOf(environment, flight);
  environment.copies.push({ flight: copy, trace });
  if (membership === 'unknown') ask(own, copy, `whether ${destination.device} has joined ${packet.dst}`);
  for (let steps = 0; !isOver(copy); steps += 1) {
    invariant(steps < STEPS_MAX, 'a copy comes to an end');
    if (copy.stage.kind === 'transmit' && copy.inDevice === '') comeBack(own, copy, destination);
    else step(own, copy);
  }
};

type Destination = NonNullable<Flight['destination']>;

const isAmong = ({ host }: Environment, { packet }: Flight, { type, device }: Destination): boolean | 'unknown' => {
  if (packet.family === 'ipv4' && type === 'broadcast') return true;
  const toGroup = packet.family === 'ipv4' ? type === 'multicast' : isMulticast(packet.dst);
  return toGroup && hasJoined(host, device, packet);
};

/** It stands at the hook; no socket holds it. */
const copyOf = ({ state }: Environment, flight: Flight): Flight => {
  if (flight.conntrack.kind === 'tracked') hold(entryOf(state.conntrack, flight.conntrack.entry));
  return { ...flight, owner: { kind: 'no-socket' }, stage: { kind: 'hook', hook: 'POSTROUTING', next: 0 } };
};

const isOver = ({ stage }: Flight): boolean => stage.kind === 'ended' || stage.kind === 'held';

/**
 * It keeps its route and its connection, and has no Ethernet header (`dev_loopback_xmit`). Nothing comes in by a device that is
 * down (`enqueue_to_backlog`, net/core/dev.c, 6.18).
 */
const comeBack = (environment: Environment, copy: Flight, destination: Destination): void => {
  if (interfaceNamed(environment.host, destination.device)?.up === false) {
    drop(environment, copy, { kind: 'device-down', device: destination.device });
    return;
  }
  copy.inDevice = destination.device;
  copy.outDevice = '';
  copy.destination = { ...destination, device: LOOPBACK };
  copy.frame = { sourceMac: undefined, packetType: isMulticast(copy.packet.dst) ? 'multicast' : 'broadcast' };
  copy.stage = { kind: 'arrive' };
};
