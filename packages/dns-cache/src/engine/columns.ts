import type { ExtendedError } from '../message/extended-error.ts';
import { copyOctets, setU16, u16 } from '../message/octets.ts';
import type { KeptMessage, StoredMessage } from '../message/kept.ts';
import { uncompressedOctets } from '../message/kept.ts';
import type { ReplyClass } from './classify.ts';
import type { CacheEntry } from './entry.ts';
import { createSlabs } from './slabs.ts';

/*
 * The entries of a store, a number each, and what they say in columns: some 40 octets for an entry, where an object of V8's
 * with its numbers takes 200.
 */

const CLASSES: readonly ReplyClass[] = ['NoError', 'NameError', 'ServerError', 'NoData', 'Delegation', 'OtherError', 'OutOfDate'];

const NO_ERRORS: readonly ExtendedError[] = [];

/** An entry where it stands. What it says is true as long as it is in the store; then it stays as it was last. */
export interface StoredEntry extends CacheEntry {
  /** To be read at once: another entry may have the memory next. `message` is a copy. */
  readonly inPlace: StoredMessage;
}

export interface Columns {
  /** Under which number it is. @throws RangeError where no number is free */
  add(entry: CacheEntry): number;
  remove(number: number): void;
  entry(number: number): StoredEntry;
  messageOctets(number: number): number;
}

export const createColumns = (capacity: number): Columns => {
  const slabs = createSlabs(capacity);
  const doubles = (): Float64Array => new Float64Array(capacity);
  const [storedAt, lifeMs, lastHitAt, recheckAt] = [doubles(), doubles(), doubles(), doubles()];
  const [hits, stamps, uncompressed] = [new Uint32Array(capacity), new Uint32Array(capacity), new Uint32Array(capacity)];
  const [lengths, ttlCounts, rcodes] = [new Uint16Array(capacity), new Uint16Array(capacity), new Uint16Array(capacity)];
  const [classes, recursion] = [new Uint8Array(capacity), new Uint8Array(capacity)];
  const errors = new Map<number, readonly ExtendedError[]>();
  const free: number[] = [];
  let fresh = 0;

  const storedMessage = (number: number): StoredMessage => {
    const { octets, start } = slabs.blockOf(number);
    return { octets, start, length: lengths[number] ?? 0, ttlCount: ttlCounts[number] ?? 0, rcode: rcodes[number] ?? 0, uncompressedOctets: uncompressed[number] ?? 0 };
  };

  class Entry implements StoredEntry {
    readonly #number: number;
    readonly #stamp: number;

    constructor(number: number) {
      this.#number = number;
      this.#stamp = stamps[number] ?? 0;
    }

    /** Whoever waited for an upstream may hold one that is not there any more. */
    #check(): number {
      if (stamps[this.#number] !== this.#stamp) throw new RangeError('an entry that is not in its store any more');
      return this.#number;
    }

    get inPlace(): StoredMessage {
      return storedMessage(this.#check());
    }

    get message(): KeptMessage {
      const { octets, start, length, ttlCount, rcode } = this.inPlace;
      const end = start + length;
      const ttlOffsets = Array.from({ length: ttlCount }, (_, index) => u16(octets, end + 2 * index));
      return { kind: 'kept', bytes: copyOctets(octets, start, end), rcode, ttlOffsets };
    }

    get class(): ReplyClass {
      return CLASSES[classes[this.#check()] ?? 0] ?? 'OtherError';
    }

    get storedAt(): number {
      return storedAt[this.#check()] ?? 0;
    }

    get lifeMs(): number {
      return lifeMs[this.#check()] ?? 0;
    }

    get recursionDesired(): boolean {
      return recursion[this.#check()] === 1;
    }

    get extendedErrors(): readonly ExtendedError[] {
      return errors.get(this.#check()) ?? NO_ERRORS;
    }

    get hits(): number {
      return hits[this.#check()] ?? 0;
    }

    set hits(count: number) {
      hits[this.#check()] = count;
    }

    get lastHitAt(): number {
      return lastHitAt[this.#check()] ?? 0;
    }

    set lastHitAt(at: number) {
      lastHitAt[this.#check()] = at;
    }

    get recheckAt(): number {
      return recheckAt[this.#check()] ?? 0;
    }

    /** Told of one that is gone it says nothing about the one in its place. */
    set recheckAt(at: number) {
      if (stamps[this.#number] === this.#stamp) recheckAt[this.#number] = at;
    }
  }

  const take = (): number => {
    const known = free.pop();
    if (known !== undefined) return known;
    if (fresh === capacity) throw new RangeError('more entries than there is room for');
    fresh += 1;
    return fresh - 1;
  };

  return {
    add(entry) {
      const number = take();
      const { bytes, rcode, ttlOffsets } = entry.message;
      const offsets = new Uint8Array(2 * ttlOffsets.length);
      for (const [index, offset] of ttlOffsets.entries()) setU16(offsets, 2 * index, offset);
      slabs.put(number, [bytes, offsets]);
      lengths[number] = bytes.length;
      uncompressed[number] = uncompressedOctets(entry.message);
      ttlCounts[number] = ttlOffsets.length;
      rcodes[number] = rcode;
      classes[number] = CLASSES.indexOf(entry.class);
      recursion[number] = entry.recursionDesired ? 1 : 0;
      storedAt[number] = entry.storedAt;
      lifeMs[number] = entry.lifeMs;
      lastHitAt[number] = entry.lastHitAt;
      recheckAt[number] = entry.recheckAt;
      hits[number] = entry.hits;
      if (entry.extendedErrors.length > 0) errors.set(number, entry.extendedErrors);
      return number;
    },
    remove(number) {
      slabs.free(number);
      errors.delete(number);
      stamps[number] = (stamps[number] ?? 0) + 1;
      free.push(number);
    },
    entry: (number) => new Entry(number),
    messageOctets: (number) => lengths[number] ?? 0,
  };
};
