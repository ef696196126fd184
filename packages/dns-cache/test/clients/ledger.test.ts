import { describe, expect, it } from 'vitest';
import { CLIENTS_MAX, clientOf, createLedger } from '../../src/clients/ledger.ts';
import { createNameTable, NAMES_MAX } from '../../src/clients/names.ts';
import { foldText } from '../../src/message/name.ts';
import { heapInUse, MEBI } from '../fuzz/heap.ts';
import { seeded } from '../support/world.ts';

const WHOLE = { ipv4: 32, ipv6: 128 };
const CLIENTS = 100_000;
const QUERIES = 1_000_000;
const SEED = 16;

const addressOf = (client: number): string => `10.${client >>> 16}.${(client >>> 8) & 255}.${client & 255}`;

describe('a hundred thousand clients', () => {
  const ledger = createLedger({ bits: WHOLE, series: 10 });
  const exact = new Float64Array(CLIENTS);
  const names = Array.from({ length: 20_000 }, (_, number) => foldText(`n${number}.example.org.`));

  it('take four megabytes at most', () => {
    const random = seeded(SEED);
    const before = heapInUse();
    for (let query = 0; query < QUERIES; query += 1) {
      // The client of rank r comes about as often as 1/r says; each comes at least once.
      const client = query < CLIENTS ? query : Math.floor(CLIENTS ** random()) - 1;
      exact[client] = (exact[client] ?? 0) + 1;
      ledger.count(addressOf(client), names[query % names.length] ?? '', 20, query % 4 === 0 ? 'denial' : 'answer');
    }
    expect(heapInUse() - before).toBeLessThan(4 * MEBI);
  });

  it('and the ten that ask most are right within the error that is stated', () => {
    const { clients, queries, floor } = ledger.report();
    expect(queries).toBe(QUERIES);
    expect(floor).toBeLessThanOrEqual(QUERIES / CLIENTS_MAX);
    const ten = [...exact.entries()].toSorted(([, one], [, other]) => other - one).slice(0, 10);
    expect(clients.slice(0, 10).map(({ client }) => client)).toEqual(ten.map(([client]) => addressOf(client)));
    for (const [index, [, count]] of ten.entries()) {
      const found = clients[index];
      expect(found?.surplus).toBeLessThanOrEqual(QUERIES / CLIENTS_MAX);
      expect(found?.queries).toBeGreaterThanOrEqual(count);
      expect((found?.queries ?? 0) - (found?.surplus ?? 0)).toBeLessThanOrEqual(count);
    }
  });
});

describe('a client', () => {
  it('has a count of what became of its queries, which begins when it gets a place', () => {
    const ledger = createLedger({ bits: WHOLE, series: 10 });
    for (const fate of ['answer', 'denial', 'denial', 'failure'] as const) ledger.count('10.0.0.1', foldText('a.test.'), 8, fate);
    expect(ledger.report().clients).toEqual([{ client: '10.0.0.1', queries: 4, surplus: 0, denials: 2, failures: 1, ownNames: 1 }]);
  });

  it.each([
    [{ ipv4: 24, ipv6: 64 }, '10.1.2.3', '10.1.2.0/24'],
    [{ ipv4: 24, ipv6: 64 }, '2001:db8:1:2:3::4', '2001:db8:1:2::/64'],
    [{ ipv4: 32, ipv6: 64 }, '10.1.2.3', '10.1.2.3'],
    [WHOLE, '2001:db8::1', '2001:db8::1'],
    [WHOLE, 'fe80::1%eth0', 'fe80::1%eth0'],
  ])('by %j: %s is %s', (bits, address, client) => {
    expect(clientOf(bits)(address)).toBe(client);
  });
});

describe('names that only one asks for', () => {
  const note = (asked: readonly (readonly [name: string, asker: number])[]) => {
    const table = createNameTable();
    for (const [name, asker] of asked) table.note(foldText(name), foldText(name).length, asker);
    return table.alone();
  };

  it.each([
    [[['a.', 1], ['a.', 1], ['b.', 1], ['c.', 2]], { 1: 2, 2: 1 }],
    [[['a.', 1], ['a.', 2], ['b.', 2]], { 2: 1 }],
    // Once it is not alone it stays so.
    [[['a.', 1], ['a.', 2], ['a.', 1]], {}],
  ] as const)('%j: %j', (asked, expected) => {
    expect(Object.fromEntries(note(asked))).toEqual(expected);
  });

  it('are those of the names that were asked for last', () => {
    const table = createNameTable();
    const fill = (asker: number, prefix: string): void => {
      for (let number = 0; number < 8 * NAMES_MAX; number += 1) table.note(`\u0008${prefix}${number}`, 12, asker);
    };
    fill(1, 'aaa');
    expect(table.alone().get(1)).toBe(NAMES_MAX);
    fill(2, 'bbb');
    expect([...table.alone().keys()]).toEqual([2]);
  });
});
