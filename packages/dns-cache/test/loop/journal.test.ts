import { describe, expect, it } from 'vitest';
import { JOURNAL_OCTETS, openJournal } from '../../src/loop/journal.ts';
import { systemCalls } from '../../src/loop/system-calls.ts';

const calls = systemCalls();
const note = calls === undefined ? ' (skipped: no koffi for this machine, or DNS_CACHE_LOOP=off)' : '';

describe.skipIf(calls === undefined)(`a journal of queries under way${note}`, () => {
  const name = Uint8Array.of(9, 9, 2, 0, 0, 53, 10, 0, 0, 1, 7, 7);
  const query = (octets: number): Uint8Array => Uint8Array.from({ length: octets }, (_, index) => index & 255);

  it('tells the next one what was owed, and not what was settled', () => {
    if (calls === undefined) return;
    const fd = calls.createMemory(JOURNAL_OCTETS);
    const first = openJournal(calls, fd);
    expect(first.owed).toEqual([]);
    const slots = [40, 41, 42].map((octets, socket) => first.put(socket, name, 2, 8, query(octets)));
    first.settle(slots[1] ?? -1);

    const second = openJournal(calls, fd);
    expect(second.owed.toSorted((one, other) => one.socket - other.socket)).toEqual([
      { slot: slots[0], socket: 0, name: name.slice(2, 10), query: query(40) },
      { slot: slots[2], socket: 2, name: name.slice(2, 10), query: query(42) },
    ]);
    // What is owed stays written down, beside what comes.
    const another = second.put(1, name, 2, 8, query(43));
    expect([slots[0], slots[2]]).not.toContain(another);
    for (const { slot } of second.owed) second.settle(slot);
    expect(openJournal(calls, fd).owed.map(({ socket }) => socket)).toEqual([1]);
    calls.close(fd);
  });

  it('leaves out what has no room', () => {
    if (calls === undefined) return;
    const fd = calls.createMemory(JOURNAL_OCTETS);
    const journal = openJournal(calls, fd);
    expect(journal.put(0, name, 2, 8, query(1000))).toBe(-1);
    const slots = Array.from({ length: 3000 }, () => journal.put(0, name, 2, 8, query(12)));
    expect(slots.filter((slot) => slot < 0).length).toBe(3000 - 2048);
    expect(new Set(slots.filter((slot) => slot >= 0)).size).toBe(2048);
    journal.settle(-1);
    journal.settle(slots[0] ?? -1);
    expect(journal.put(0, name, 2, 8, query(12))).toBe(slots[0]);
    calls.close(fd);
  });
});
