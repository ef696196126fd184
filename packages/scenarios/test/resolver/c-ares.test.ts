import { caresResolver, debianNodeResolver } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { timed } from './peer/compare.ts';
import { askModel } from './peer/model.ts';
import { situation } from './peer/situations.ts';

it.each([
  [
    'waits twice as long in each round, and never gives a socket up',
    situation('', '', [{ does: 'silent' }], { name: 'w.' }),
    ['0 udp0 1 A w.', '0 udp0 1 AAAA w.', '5000 udp0 1 A w.', '5000 udp0 1 AAAA w.', '15000 udp0 1 A w.', '15000 udp0 1 AAAA w.', '35000 udp0 1 A w.', '35000 udp0 1 AAAA w.'],
    { kind: 'failed', why: 'timed-out' },
    75_000,
  ],
  [
    'waits for the lost answer to the end although it has the other',
    situation('', 'retrans:1000 retry:2', [{ type: 'AAAA', does: 'silent' }, { does: 'answer' }], { servers: 2 }),
    ['0 udp0 1 A w.a.test.', '0 udp0 1 AAAA w.a.test.', '1000 udp1 2 AAAA w.a.test.', '2000 udp0 1 AAAA w.a.test.', '4000 udp1 2 AAAA w.a.test.'],
    { kind: 'resolved', name: 'w.a.test.', addresses: ['192.0.2.1'] },
    6000,
  ],
  [
    'asks a failed server no more, and ends the search when all have failed',
    situation('', '', [{ does: 'servfail' }], { servers: 2 }),
    ['0 udp0 1 A w.a.test.', '0 udp0 1 AAAA w.a.test.', '0 udp1 2 A w.a.test.', '0 udp1 2 AAAA w.a.test.'],
    { kind: 'failed', why: 'server-failure' },
    0,
  ],
  [
    'asks the one server again and again when it fails',
    situation('', 'retry:3', [{ type: 'A', does: 'refused' }, { does: 'answer' }]),
    ['0 udp0 1 A w.a.test.', '0 udp0 1 AAAA w.a.test.', '0 udp0 1 A w.a.test.', '0 udp0 1 A w.a.test.'],
    { kind: 'resolved', name: 'w.a.test.', addresses: ['2001:db8::1'] },
    0,
  ],
  [
    'leads both questions to the next server when a port is closed',
    situation('', '', [{ does: 'answer' }], { servers: 2, closed: [1] }),
    ['0 udp0 2 A w.a.test.', '0 udp0 2 AAAA w.a.test.'],
    { kind: 'resolved', name: 'w.a.test.', addresses: ['192.0.2.1', '2001:db8::1'] },
    0,
  ],
  [
    'asks by TCP once for each connection',
    situation('', 'retrans:1000', [{ transport: 'udp', does: 'truncated' }, { does: 'silent' }], { servers: 2 }),
    ['0 udp0 1 A w.a.test.', '0 udp0 1 AAAA w.a.test.', '0 tcp1 1 A w.a.test.', '0 tcp1 1 AAAA w.a.test.', '1000 tcp2 2 A w.a.test.', '1000 tcp2 2 AAAA w.a.test.'],
    { kind: 'failed', why: 'timed-out' },
    2000,
  ],
  [
    'lets the answer that comes last decide whether the search goes on',
    situation('', '', [{ name: 'w.a.test.', type: 'A', does: 'formerr' }, { name: 'w.b.test.', type: 'AAAA', does: 'formerr' }]),
    ['0 udp0 1 A w.a.test.', '0 udp0 1 AAAA w.a.test.', '0 udp0 1 A w.b.test.', '0 udp0 1 AAAA w.b.test.'],
    { kind: 'failed', why: 'refused' },
    0,
  ],
  [
    'begins each query one server further with rotate',
    situation('', 'rotate', [{ name: 'w.b.test.', does: 'answer' }], { servers: 3 }),
    ['0 udp0 1 A w.a.test.', '0 udp1 2 AAAA w.a.test.', '0 udp2 3 A w.b.test.', '0 udp0 1 AAAA w.b.test.'],
    { kind: 'resolved', name: 'w.b.test.', addresses: ['192.0.2.1', '2001:db8::1'] },
    0,
  ],
] as const)('%s', (_what, given, expected, result, endedMs) => {
  const model = askModel(caresResolver, given);
  expect(timed(model.asked)).toEqual(expected);
  expect(model.result).toEqual(result);
  expect(model.endedMs).toBe(endedMs);
});

it('reads a resolv.conf in its own words', () => {
  const read = caresResolver.readConfig('nameserver 1.0.0.1\nnameserver 1.0.0.2\nnameserver 1.0.0.3\nnameserver 1.0.0.4\noptions timeout:1 attempts:1 retrans:300 retry:7 use-vc\n');
  expect(read).toMatchObject({ nameservers: { length: 4 }, timeoutMs: 300, attempts: 7, useVc: false });
});

it('is asked by Debian\'s Node for a name as it is, four times, with timeouts seen once a second', () => {
  const lost = askModel(debianNodeResolver, situation('', 'retrans:700 retry:1', [{ type: 'AAAA', does: 'silent' }, { does: 'answer' }]));
  expect(timed(lost.asked)).toEqual(['0 udp0 1 A w.', '0 udp0 1 AAAA w.', '1000 udp0 1 AAAA w.', '3000 udp0 1 AAAA w.', '6000 udp0 1 AAAA w.']);
  expect(lost).toMatchObject({ result: { kind: 'resolved', addresses: ['192.0.2.1'] }, endedMs: 12_000 });
  const failed = askModel(debianNodeResolver, situation('', '', [{ type: 'A', does: 'servfail' }, { does: 'nodata' }], { servers: 2 }));
  expect(timed(failed.asked)).toEqual(['0 udp0 1 A w.', '0 udp0 1 AAAA w.']);
  expect(failed.result).toEqual({ kind: 'failed', why: 'server-failure' });
});
