import { foldedText } from '../message/name.ts';
import { className, rcodeName, typeName } from '../message/numbers.ts';
import type { Seen } from './seen.ts';

/** A query as it is told over the control socket: plain data, in words. */
export interface ToldQuery {
  /** When it was answered, or not, in milliseconds since 1970. */
  readonly unixMs: number;
  /** The client's address. */
  readonly client: string;
  /** The client's port, 0 to 65535. */
  readonly port: number;
  readonly transport: Seen['transport'];
  /** '-' where none could be read. */
  readonly name: string;
  /** `IN`; '-' where none could be read. */
  readonly class: string;
  /** `A`; '-' where none could be read. */
  readonly type: string;
  /** '-' where the client heard nothing. */
  readonly rcode: string;
  readonly plugin: string;
  readonly durationMs: number;
}

/** What has come since the last time, and how many did not find room. */
export interface Batch {
  readonly queries: readonly ToldQuery[];
  /** How many there were besides. */
  readonly skipped: number;
}

export const toldOf = ({ client, transport, name, class: klass, type, rcode, plugin, durationMs }: Seen, unixMs: number): ToldQuery => ({
  unixMs,
  client: client.address,
  port: client.port,
  transport,
  name: name === undefined ? '-' : foldedText(name),
  class: name === undefined ? '-' : className(klass),
  type: name === undefined ? '-' : typeName(type),
  rcode: rcode === undefined ? '-' : rcodeName(rcode),
  plugin,
  durationMs,
});

/** What waits for somebody to read it. */
export interface Waiting<Item> {
  /** Takes one more where there is room; else it is counted, and need not be made. */
  offer(make: () => Item): void;
  skip(count: number): void;
  /** All of it, and how many did not find room. */
  take(): { readonly items: readonly Item[]; readonly skipped: number };
}

export const createWaiting = <Item>(most: number): Waiting<Item> => {
  let items: Item[] = [];
  let skipped = 0;
  return {
    offer(make) {
      if (items.length < most) items.push(make());
      else skipped += 1;
    },
    skip(count) {
      skipped += count;
    },
    take() {
      const taken = { items, skipped };
      items = [];
      skipped = 0;
      return taken;
    },
  };
};
