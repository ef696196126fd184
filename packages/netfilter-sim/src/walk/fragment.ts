import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { defragments } from '../hooks/conntrack-use.ts';
import type { Hook } from '../ruleset/shared/hooks.ts';
import { end } from './ending.ts';

/**
 * A datagram in pieces is put together in front of the first rule, where anything wants it whole (`ipv4_conntrack_defrag`,
 * net/ipv4/netfilter/nf_defrag_ipv4.c, and its twin, 6.12). What its other pieces are nobody told: the packet waits for them.
 */
export const waitsAtHook = (environment: Environment, flight: Flight, hook: Hook): boolean => {
  const { packet } = flight;
  if (packet.fragment === undefined || (hook !== 'PREROUTING' && hook !== 'OUTPUT') || !defragments(environment.host, packet.family)) return false;
  wait(environment, flight);
  return true;
};

/** Where it is the host's own, it is put together before INPUT for IPv4 (`ip_local_deliver`), and behind it for IPv6. */
export const waitsForDelivery = (environment: Environment, flight: Flight, family: Flight['packet']['family']): boolean => {
  if (flight.packet.fragment === undefined || flight.packet.family !== family) return false;
  wait(environment, flight);
  return true;
};

const wait = (environment: Environment, flight: Flight): void => {
  end(environment, flight, { kind: 'not-modelled', what: 'putting a datagram together of its pieces' });
};
