import type { Environment } from '../../flight/environment.ts';
import type { Flight } from '../../flight/flight.ts';
import { socketAt } from '../../flight/socket.ts';
import { interfaceNamed } from '../../host/host.ts';
import type { Host, Socket } from '../../host/host.ts';
import { addressesOf } from '../../host/interface.ts';
import type { Address } from '../../packet/address.ts';
import type { Proxy } from '../../ruleset/shared/context.ts';

/** A socket to give a packet to; `known` is false where the node's sockets were not given. */
export interface Listener {
  readonly socket: Socket;
  readonly known: boolean;
}

/**
 * `nf_tproxy_get_sock_v4` and its twin (net/ipv4/netfilter/nf_tproxy_ipv4.c, 6.12). `ss` does not tell which sockets are
 * transparent unless it is asked to: one that listens where a proxy should is taken to be.
 */
export const listenerFor = (environment: Environment, flight: Flight, { address, port }: Proxy): Listener | undefined => {
  const { packet } = flight;
  const { host } = environment;
  if (packet.kind !== 'udp' && packet.kind !== 'tcp') return undefined;
  const at = { address: address ?? ownAddress(host, flight), port: port ?? packet.dport };
  const socket = socketAt(environment, packet, at);
  if (socket !== undefined) return socket.transparent === false ? undefined : { socket, known: true };
  if (host.sockets !== undefined) return undefined;
  return { socket: { protocol: packet.kind, family: packet.family, ...at, transparent: true }, known: false };
};

/** `nf_tproxy_laddr4` and `nf_tproxy_laddr6` (6.12). */
const ownAddress = (host: Host, { packet, inDevice }: Flight): Address => {
  const device = interfaceNamed(host, inDevice);
  const own = device === undefined ? [] : addressesOf(device, packet.family);
  return own.find(({ secondary, tentative }) => !secondary && tentative !== true)?.address ?? packet.dst;
};
