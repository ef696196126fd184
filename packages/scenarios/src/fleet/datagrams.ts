import type { Clock } from '../run/clock.ts';
import type { Flow, Flows } from './flows.ts';
import type { Servers } from './servers.ts';

/** Datagrams of a node to servers, each flow with the server that kube-proxy chose for its first one. */
export interface Datagrams {
  /** @returns whether it went out; else nobody is left there, and it was refused */
  send(socket: string, query: Uint8Array, heard: (message: Uint8Array) => void): boolean;
}

export const createDatagrams = (clock: Clock, flows: Flows, servers: Servers): Datagrams => {
  const flowOf = (socket: string): Flow | undefined => {
    const known = flows.find(socket, clock.nowMs);
    if (known !== undefined && servers.isListed(known.backend)) return known;
    if (known !== undefined) flows.remove(socket, clock.nowMs);
    const backend = servers.choose();
    return backend === undefined ? undefined : flows.open(socket, backend, clock.nowMs);
  };
  return {
    send(socket, query, heard) {
      const flow = flowOf(socket);
      if (flow === undefined) return false;
      flows.packet(flow, 'original', clock.nowMs);
      servers.ask(flow.backend, query, (message) => {
        flows.packet(flow, 'reply', clock.nowMs);
        heard(message);
      });
      return true;
    },
  };
};
