import { muslResolver, muslTcpResolver } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { timed } from './peer/compare.ts';
import { askModel } from './peer/model.ts';
import { situation } from './peer/situations.ts';

it.each([
  [
    'asks all servers at once, and again in the middle of its time',
    situation('', 'timeout:5', [{ does: 'silent' }], { servers: 2 }),
    ['0 udp0 1 A w.a.test.', '0 udp0 2 A w.a.test.', '0 udp0 1 AAAA w.a.test.', '0 udp0 2 AAAA w.a.test.',
     '2500 udp0 1 A w.a.test.', '2500 udp0 2 A w.a.test.', '2500 udp0 1 AAAA w.a.test.', '2500 udp0 2 AAAA w.a.test.'],
    { kind: 'failed', why: 'timed-out' },
    5000,
  ],
  [
    'asks again only for what is lost, and fails although A is answered',
    situation('', 'timeout:5', [{ type: 'AAAA', does: 'silent' }, { does: 'answer' }]),
    ['0 udp0 1 A w.a.test.', '0 udp0 1 AAAA w.a.test.', '2500 udp0 1 AAAA w.a.test.'],
    { kind: 'failed', why: 'timed-out' },
    5000,
  ],
  [
    'answers a server failure with four more queries, and ends the search with it',
    situation('', 'attempts:1', [{ type: 'A', does: 'servfail' }, { does: 'answer' }]),
    ['0 udp0 1 A w.a.test.', '0 udp0 1 AAAA w.a.test.', '0 udp0 1 A w.a.test.', '0 udp0 1 A w.a.test.', '0 udp0 1 A w.a.test.', '0 udp0 1 A w.a.test.'],
    { kind: 'failed', why: 'server-failure' },
    1000,
  ],
  [
    'never appends to a name with enough dots',
    situation('', '', [], { name: 'w.x' }),
    ['0 udp0 1 A w.x.', '0 udp0 1 AAAA w.x.'],
    { kind: 'not-found' },
    0,
  ],
  [
    'ends the search with a name that exists without addresses',
    situation('', '', [{ does: 'nodata' }]),
    ['0 udp0 1 A w.a.test.', '0 udp0 1 AAAA w.a.test.'],
    { kind: 'not-found' },
    0,
  ],
  [
    'does not hear that a port is closed',
    situation('', 'attempts:1', [], { closed: [1] }),
    [],
    { kind: 'failed', why: 'timed-out' },
    1000,
  ],
  [
    'has no TCP: a truncated answer is an answer',
    situation('', '', [{ does: 'truncated' }]),
    ['0 udp0 1 A w.a.test.', '0 udp0 1 AAAA w.a.test.'],
    { kind: 'not-found' },
    0,
  ],
] as const)('%s', (_what, given, expected, result, endedMs) => {
  const model = askModel(muslResolver, given);
  expect(timed(model.asked)).toEqual(expected);
  expect(model.result).toEqual(result);
  expect(model.endedMs).toBe(endedMs);
});

it('has TCP since 1.2.4: a connection for each truncated answer, and an error there is the end', () => {
  const truncated = { transport: 'udp', does: 'truncated' } as const;
  const answered = askModel(muslTcpResolver, situation('', '', [truncated, { does: 'answer' }], { name: 'w.' }));
  expect(timed(answered.asked)).toEqual(['0 udp0 1 A w.', '0 udp0 1 AAAA w.', '0 tcp1 1 A w.', '0 tcp2 1 AAAA w.']);
  expect(answered.result).toEqual({ kind: 'resolved', name: 'w.', addresses: ['192.0.2.1', '2001:db8::1'] });
  const failed = askModel(muslTcpResolver, situation('', '', [truncated, { does: 'servfail' }], { name: 'w.' }));
  expect(failed).toMatchObject({ result: { kind: 'failed', why: 'server-failure' }, endedMs: 0 });
  const closed = askModel(muslTcpResolver, situation('', '', [truncated, { does: 'silent' }], { name: 'w.' }));
  expect(closed).toMatchObject({ result: { kind: 'failed', why: 'timed-out' }, endedMs: 1000 });
});

it('numbers the two questions differently whatever chance says', () => {
  const { send } = muslResolver.start('w.', muslResolver.readConfig(''), 0, () => 7);
  expect(send.map(({ message }) => [message[0], message[1]])).toEqual([[0, 7], [1, 7]]);
});

it('reads a resolv.conf with limits of its own', () => {
  const read = muslResolver.readConfig('nameserver 1.0.0.1\noptions timeout:99 attempts:99 ndots:99 rotate use-vc trust-ad edns0\n');
  expect(read).toMatchObject({ timeoutMs: 60_000, attempts: 10, ndots: 15, rotate: false, useVc: false, trustAd: false, edns0: false });
});
