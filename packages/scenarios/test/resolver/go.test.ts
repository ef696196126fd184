import { goResolver } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { byQuestion, timed } from './peer/compare.ts';
import { askModel } from './peer/model.ts';
import { situation } from './peer/situations.ts';

it.each([
  [
    'asks from a new socket each time, and waits for the lost answer although it has the other',
    situation('', 'timeout:5', [{ type: 'AAAA', does: 'silent' }, { does: 'answer' }]),
    ['0 udp0 1 A w.a.test. EDNS 1232', '0 udp1 1 AAAA w.a.test. EDNS 1232', '5000 udp2 1 AAAA w.a.test. EDNS 1232'],
    { kind: 'resolved', name: 'w.a.test.', addresses: ['192.0.2.1'] },
    10_000,
  ],
  [
    'goes on with the search list after silence',
    situation('', 'attempts:1 single-request trust-ad', [{ does: 'silent' }], { name: 'w.x' }),
    ['0 udp0 1 A w.x. AD EDNS 1232', '1000 udp1 1 AAAA w.x. AD EDNS 1232', '2000 udp2 1 A w.x.a.test. AD EDNS 1232',
     '3000 udp3 1 AAAA w.x.a.test. AD EDNS 1232', '4000 udp4 1 A w.x.b.test. AD EDNS 1232', '5000 udp5 1 AAAA w.x.b.test. AD EDNS 1232'],
    { kind: 'failed', why: 'timed-out' },
    6000,
  ],
  [
    'goes to TCP only with the question whose answer is truncated',
    situation('', '', [{ transport: 'udp', type: 'A', does: 'truncated' }, { does: 'answer' }]),
    ['0 udp0 1 A w.a.test. EDNS 1232', '0 tcp1 1 A w.a.test. EDNS 1232', '0 udp2 1 AAAA w.a.test. EDNS 1232'],
    { kind: 'resolved', name: 'w.a.test.', addresses: ['192.0.2.1', '2001:db8::1'] },
    0,
  ],
  [
    'asks the next server at once when a port is closed',
    situation('', 'single-request', [{ does: 'answer' }], { servers: 2, closed: [1] }),
    ['0 udp0 2 A w.a.test. EDNS 1232', '0 udp1 2 AAAA w.a.test. EDNS 1232'],
    { kind: 'resolved', name: 'w.a.test.', addresses: ['192.0.2.1', '2001:db8::1'] },
    0,
  ],
  [
    'leads each exchange to another server with rotate',
    situation('', 'rotate single-request', [{ does: 'answer' }], { servers: 3 }),
    ['0 udp0 1 A w.a.test. EDNS 1232', '0 udp1 2 AAAA w.a.test. EDNS 1232'],
    { kind: 'resolved', name: 'w.a.test.', addresses: ['192.0.2.1', '2001:db8::1'] },
    0,
  ],
  [
    'gives up a silent server by TCP',
    situation('', 'use-vc attempts:1 single-request', [{ does: 'silent' }], { name: 'w.' }),
    ['0 tcp0 1 A w. EDNS 1232', '1000 tcp1 1 AAAA w. EDNS 1232'],
    { kind: 'failed', why: 'timed-out' },
    2000,
  ],
  [
    'tells of the name as it is rather than of those before',
    situation('', 'attempts:1 single-request', [{ name: 'w.', does: 'nxdomain' }, { name: 'w.b.test.', does: 'nodata' }, { does: 'servfail' }]),
    ['0 udp0 1 A w.a.test. EDNS 1232', '0 udp1 1 AAAA w.a.test. EDNS 1232', '0 udp2 1 A w.b.test. EDNS 1232',
     '0 udp3 1 AAAA w.b.test. EDNS 1232', '0 udp4 1 A w. EDNS 1232', '0 udp5 1 AAAA w. EDNS 1232'],
    { kind: 'not-found' },
    0,
  ],
] as const)('%s', (_what, given, expected, result, endedMs) => {
  const model = askModel(goResolver, given);
  expect(timed(byQuestion(model.asked))).toEqual(expected);
  expect(model.result).toEqual(result);
  expect(model.endedMs).toBe(endedMs);
});

it.each([[0, ['AAAA', 'A']], [1, ['A', 'AAAA']]])('lets chance say which of the two is first: %s', (drawn, types) => {
  const { lookup } = goResolver.start('w.', goResolver.readConfig(''), 0, () => drawn);
  expect(lookup.exchanges.map(({ query }) => query.type)).toEqual(types);
});

it('reads a resolv.conf with limits of its own', () => {
  const read = goResolver.readConfig('search .\noptions timeout:99 attempts:0 ndots:99 tcp single-request-reopen no-aaaa\n');
  expect(read).toMatchObject({
    nameservers: ['127.0.0.1', '::1'], search: [], timeoutMs: 99_000, attempts: 1, ndots: 15, useVc: true, asking: 'single-request', noAaaa: false,
  });
});
