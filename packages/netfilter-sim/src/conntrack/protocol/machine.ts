import type { KernelVersion } from '../../kernel-version.ts';
import type { Packet } from '../../packet/packet.ts';
import type { Instant } from '../../time.ts';
import type { Entry } from '../entry/entry.ts';
import type { ConntrackSettings } from '../entry/settings.ts';
import type { Direction } from '../entry/tuple.ts';

/**
 * What a protocol says of a packet of a connection: `accept` it as part; `invalid`: it belongs to
 * none; `reopen`: the old connection is over, look up again; `close`: it was the last one.
 */
export type TrackVerdict = 'accept' | 'invalid' | 'reopen' | 'close';

/** What a protocol's machine is told. It changes the entry's tracking, status and timeout. */
export interface TrackInput {
  readonly entry: Entry;
  readonly packet: Packet;
  readonly direction: Direction;
  readonly now: Instant;
  readonly settings: ConntrackSettings;
  readonly version: KernelVersion;
}
