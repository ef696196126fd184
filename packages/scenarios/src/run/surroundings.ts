import type { Address, Packet } from '@nodelocal/netfilter-sim';
import type { Draw } from '../resolver/machine.ts';
import type { Links } from '../scenario/links.ts';
import type { Clock } from './clock.ts';
import type { Carry } from './link.ts';
import type { Network } from './network.ts';
import type { Actor, LossReason } from './recording.ts';
import type { Sockets } from './sockets.ts';

/** What all who live in the world need of it. */
export interface Surroundings {
  readonly clock: Clock;
  readonly draw: Draw;
  readonly network: () => Network;
  readonly sockets: Sockets;
  /** The node's source address towards a destination. */
  readonly sourceFor: (destination: Address) => Address;
  readonly carry: Readonly<Record<keyof Links, (from: Actor) => Carry>>;
  readonly lost: (from: Actor, packet: Packet, why: LossReason) => void;
}
