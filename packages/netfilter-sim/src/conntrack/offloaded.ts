import type { Packet } from '../packet/packet.ts';
import { readTuple, sameTuple } from './entry/tuple.ts';
import { entryOf } from './table.ts';
import type { ConntrackState } from './table.ts';

/** Whether a packet is of a connection that a flowtable carries past all hooks (net/netfilter/nf_flow_table_ip.c, 6.12). */
export const isOffloaded = (state: ConntrackState, packet: Packet): boolean => {
  if (state.offloaded.size === 0) return false;
  const reading = readTuple(packet);
  if (reading.kind === 'unreadable') return false;
  return [...state.offloaded].some((id) => {
    const { original, reply } = entryOf(state, id);
    return sameTuple(original, reading.tuple) || sameTuple(reply, reading.tuple);
  });
};
