import type { Packet } from '../packet/packet.ts';
import { readTuple, sameTuple } from './entry/tuple.ts';
import type { ConntrackState, UnreadConnection } from './table.ts';

/** The connection of a packet where all that is known of it is that it is there. */
export const unreadConnectionOf = ({ unread }: ConntrackState, packet: Packet): UnreadConnection | undefined => {
  if (unread.length === 0) return undefined;
  const reading = readTuple(packet);
  if (reading.kind === 'unreadable') return undefined;
  return unread.find(({ original, reply }) => sameTuple(original, reading.tuple) || sameTuple(reply, reading.tuple));
};
