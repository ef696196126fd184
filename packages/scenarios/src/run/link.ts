import { packetBytes } from '@nodelocal/netfilter-sim';
import type { Chance, Packet } from '@nodelocal/netfilter-sim';
import type { Link } from '../scenario/links.ts';
import type { Clock } from './clock.ts';
import type { LossReason } from './recording.ts';

export interface LinkOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly link: Link;
  readonly lost: (packet: Packet, why: LossReason) => void;
}

/** Hands packets over after the link's delay, or loses them. */
export type Carry = (packets: readonly Packet[], arrive: (arrived: readonly Packet[]) => void) => void;

export const createLink = ({ clock, chance, link, lost }: LinkOptions): Carry => {
  const { delayMs, lossShare, largestBytes = Infinity } = link;
  const passes = (packet: Packet): boolean => {
    const why: LossReason | undefined =
      packetBytes(packet) > largestBytes ? 'too-large' : lossShare > 0 && chance.integer(SHARES) < lossShare * SHARES ? 'lost-on-link' : undefined;
    if (why !== undefined) lost(packet, why);
    return why === undefined;
  };
  return (packets, arrive) => {
    const passed = packets.filter(passes);
    if (passed.length > 0) clock.at(clock.nowMs + delayMs, () => arrive(passed));
  };
};

/** Steps in which chance is asked for a part. */
const SHARES = 1_000_000;
