import type { Packet } from '../packet/packet.ts';
import { readTuple, sameTuple } from './entry/tuple.ts';
import type { ConntrackState } from './table.ts';

/** Why nobody knows what becomes of a packet's connection; `undefined`: it is none of those (see `ConntrackState`). */
export const whyOpaque = ({ opaque }: ConntrackState, packet: Packet): string | undefined => {
  if (opaque.length === 0) return undefined;
  const reading = readTuple(packet);
  if (reading.kind === 'unreadable') return undefined;
  return opaque.find(({ original, reply }) => sameTuple(original, reading.tuple) || sameTuple(reply, reading.tuple))?.why;
};
