import type { Socket } from '../host/host.ts';
import type { Address } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';
import type { Port } from '../packet/port.ts';
import type { Environment } from './environment.ts';

/** The socket that would take the packet; one bound to the address comes before one bound to any. */
export const socketFor = (environment: Environment, packet: Packet): Socket | undefined =>
  packet.kind === 'udp' || packet.kind === 'tcp' ? socketAt(environment, packet, { address: packet.dst, port: packet.dport }) : undefined;

/** As for a packet to another end than its own. */
export const socketAt = (
  { host, state }: Environment,
  { kind, family }: Packet,
  end: { readonly address: Address; readonly port: Port },
): Socket | undefined => {
  const fitting = [...(host.sockets ?? []), ...state.opened].filter(
    (socket) =>
      socket.protocol === kind &&
      socket.port === end.port &&
      (socket.address === end.address || (socket.address === 'any' && socket.family === family)),
  );
  return fitting.find(({ address }) => address !== 'any') ?? fitting[0];
};
