import { expect, it } from 'vitest';
import { isWithin } from '../../src/message/name.ts';
import { listEntries, loadEntries, saveEntries } from '../../src/engine/snapshot.ts';
import { a, soa, World } from '../support/world.ts';

const corefile = 'example.org {\n cache\n forward . 192.0.2.53\n}';
const SECOND = 1000;

const filled = (): World => {
  const server = new World({ corefile });
  for (const name of ['a.example.org.', 'b.example.org.', 'x.b.example.org.']) {
    server.ask({ name });
    server.respond({ answers: [a(name, '192.0.2.1', 60)] });
  }
  server.ask({ name: 'gone.example.org.' });
  server.respond({ rcode: 'NXDOMAIN', authorities: [soa('example.org.', 30, 30)] });
  return server;
};

const cacheOf = (server: World) => {
  const [cache] = server.server.caches.values();
  if (cache === undefined) throw new Error('no cache');
  return cache;
};

it('can be listed', () => {
  const server = filled();
  server.pass(10 * SECOND);
  const listed = listEntries(cacheOf(server), server.now, { kind: 'all' });
  expect(listed.map(({ name, store, remainingSeconds }) => [name, store, remainingSeconds])).toEqual([
    ['a.example.org.', 'success', 50],
    ['b.example.org.', 'success', 50],
    ['x.b.example.org.', 'success', 50],
    ['gone.example.org.', 'denial', 20],
  ]);
});

it('can be flushed by name and by zone', () => {
  const server = filled();
  const zone = '\u0001b\u0007example\u0003org\0';
  expect(cacheOf(server).flush((name) => name === zone)).toBe(1);
  expect(cacheOf(server).flush((name) => isWithin(name, zone))).toBe(1);
  expect(cacheOf(server).flush(() => true)).toBe(2);
  expect(listEntries(cacheOf(server), server.now, { kind: 'all' })).toEqual([]);
});

it('can be saved and loaded, and ages meanwhile', () => {
  const server = filled();
  server.pass(10 * SECOND);
  const saved: unknown = JSON.parse(JSON.stringify(saveEntries(cacheOf(server), server.now)));
  const other = new World({ corefile });
  const broken = [null, 7, { store: 'success' }, { ...(saved as object[])[0], message: 'ffff' }];
  expect(loadEntries(cacheOf(other), [...(saved as unknown[]), ...broken], 5 * SECOND, other.now)).toBe(4);
  const hit = other.ask({ name: 'B.example.org.', id: 7 });
  expect(other.answer(hit)).toMatchObject({ id: 7, answers: [{ ttlSeconds: 45 }] });
  expect(other.answer(other.ask({ name: 'gone.example.org.' })).rcode).toBe('NXDOMAIN');
  other.pass(16 * SECOND);
  other.ask({ name: 'gone.example.org.' });
  expect(other.cacheSteps).toEqual(['hit success', 'hit denial', 'miss']);
});
