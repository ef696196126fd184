import type { Family } from '../../../src/packet/address.ts';

export type ProtocolName = 'udp' | 'tcp' | 'icmp' | 'any' | 'other';

/** Where a rule stands. User chains name no hook. */
export interface Place {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
}
