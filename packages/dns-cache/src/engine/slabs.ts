import { putOctets } from '../message/octets.ts';

/*
 * Octets of many short messages, outside V8's heap and without an object for each: what V8 takes for an array of octets is
 * more than most answers have. A slab holds blocks one behind the other; a block that is given up goes to the next message
 * of its size. When more is free than used all blocks move up into slabs of their own, so that no order of sizes wastes more
 * than it needs.
 */

const SLAB_OCTETS = 65_536;

/** Blocks are whole numbers of these. */
const UNIT_OCTETS = 16;
const SLAB_UNITS = SLAB_OCTETS / UNIT_OCTETS;

/** A longer message is an array of its own. */
const BLOCK_UNITS_MAX = SLAB_UNITS / 16;

/** So much may be free, whatever is used. */
const FREE_UNITS_MIN = 2 * SLAB_UNITS;

/** Where a message is: as long as nothing is put or freed. */
interface Block {
  readonly octets: Uint8Array;
  readonly start: number;
}

export interface Slabs {
  /** Keeps the octets of some parts, one behind the other, under a number below the capacity that is free. */
  put(number: number, parts: readonly Uint8Array[]): void;
  free(number: number): void;
  blockOf(number: number): Block;
  /** What is taken from the machine. */
  readonly octets: number;
}

export const createSlabs = (capacity: number): Slabs => {
  /** The first unit of each block, counted through all slabs, and how many it has; 0 where there is none. */
  const firsts = new Uint32Array(capacity);
  const sizes = new Uint16Array(capacity);
  const own = new Map<number, Uint8Array>();
  let slabs: Uint8Array[] = [];
  let gaps: number[][] = [];
  let end = 0;
  let used = 0;

  const giveUp = (first: number, units: number): void => {
    if (units > 0) (gaps[units] ??= []).push(first);
  };

  const take = (units: number): number => {
    const gap = gaps[units]?.pop();
    if (gap !== undefined) return gap;
    const left = slabs.length * SLAB_UNITS - end;
    if (left < units) {
      giveUp(end, Math.min(left, BLOCK_UNITS_MAX));
      end = slabs.length * SLAB_UNITS;
      slabs.push(new Uint8Array(SLAB_OCTETS));
    }
    const first = end;
    end += units;
    return first;
  };

  const blockAt = (first: number, within = slabs): Block => {
    const octets = within[Math.floor(first / SLAB_UNITS)];
    if (octets === undefined) throw new RangeError('no such block');
    return { octets, start: (first % SLAB_UNITS) * UNIT_OCTETS };
  };

  const blockOf = (number: number): Block => {
    const alone = own.get(number);
    return alone === undefined ? blockAt(firsts[number] ?? 0) : { octets: alone, start: 0 };
  };

  const moveUp = (): void => {
    const before = slabs;
    [slabs, gaps, end] = [[], [], 0];
    for (let number = 0; number < capacity; number += 1) {
      const units = sizes[number] ?? 0;
      if (units === 0) continue;
      const from = blockAt(firsts[number] ?? 0, before);
      const first = take(units);
      firsts[number] = first;
      const to = blockAt(first);
      putOctets(to.octets, to.start, from.octets, from.start, from.start + units * UNIT_OCTETS);
    }
  };

  return {
    put(number, parts) {
      const octets = parts.reduce((sum, { length }) => sum + length, 0);
      const units = Math.ceil(octets / UNIT_OCTETS);
      if (units > BLOCK_UNITS_MAX) own.set(number, new Uint8Array(octets));
      else {
        firsts[number] = take(units);
        sizes[number] = units;
        used += units;
      }
      const block = blockOf(number);
      let at = block.start;
      for (const part of parts) {
        putOctets(block.octets, at, part);
        at += part.length;
      }
    },
    free(number) {
      if (own.delete(number)) return;
      const units = sizes[number] ?? 0;
      sizes[number] = 0;
      used -= units;
      giveUp(firsts[number] ?? 0, units);
      if (slabs.length * SLAB_UNITS - used > used + FREE_UNITS_MIN) moveUp();
    },
    blockOf,
    get octets() {
      let sum = slabs.length * SLAB_OCTETS;
      for (const { length } of own.values()) sum += length;
      return sum;
    },
  };
};
