import type { Socket } from '../host/host.ts';
import type { Packet } from '../packet/packet.ts';
import type { Environment } from './environment.ts';

/** The socket that would take the packet; one bound to the address comes before one bound to any. */
export const socketFor = ({ host, state }: Environment, packet: Packet): Socket | undefined => {
  if (packet.kind !== 'udp' && packet.kind !== 'tcp') return undefined;
  const fitting = [...(host.sockets ?? []), ...state.opened].filter(
    ({ protocol, family, address, port }) =>
      protocol === packet.kind &&
      port === packet.dport &&
      (address === packet.dst || (address === 'any' && family === packet.family)),
  );
  return fitting.find(({ address }) => address !== 'any') ?? fitting[0];
};
