import { seededChance } from '../chance.ts';
import { printTable } from '../conntrack/list.ts';
import { flightFrom } from '../flight/written.ts';
import type { Host, HostState, Node } from '../host/host.ts';
import { later, seconds } from '../time.ts';
import { run } from '../walk/run.ts';
import type { Journey } from '../walk/run.ts';

/** A node to send packets to in a test; what they leave behind stays for the next. */
export interface TestNode {
  readonly host: Host;
  readonly state: HostState;
  /** Follows a packet, written as `parsePacket` reads it, to its end. */
  send(packet: string): Journey;
  /** Lets so many seconds pass; 0 or more, parts of one too. @throws RangeError */
  wait(seconds: number): void;
  /** The lines of `conntrack -L`. */
  conntrack(): readonly string[];
}

/** What besides the node decides in a test. */
export interface TestNodeOptions {
  /** What chance decides: backends, ports. 1 where it is not given. */
  readonly seed?: number;
}

/** Sends from the node itself come from a program of root's. */
const ROOT = { kind: 'socket', uid: 0, gid: 0, supplementaryGids: [] } as const;

/** @throws RangeError for a seed that is no whole number; InputError, from `send`, for a text that is no packet or a device that the node does not have. */
export const testNode = ({ host, state }: Node, { seed = 1 }: TestNodeOptions = {}): TestNode => {
  const chance = seededChance(seed);
  return {
    host,
    state,
    send: (text) => run(host, state, flightFrom(host, text, ROOT), chance),
    wait(by) {
      if (!Number.isFinite(by) || by < 0) throw new RangeError(`a test waits for 0 seconds or more, not ${by}`);
      state.now = later(state.now, seconds(by));
    },
    conntrack: () => printTable(state.conntrack, state.now),
  };
};
