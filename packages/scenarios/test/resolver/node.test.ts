import { nodeResolver } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { timed } from './peer/compare.ts';
import { askModel } from './peer/model.ts';
import { situation } from './peer/situations.ts';

it.each([
  [
    'asks for the name as it is, without search list',
    situation('', '', []),
    ['0 udp0 1 A w.', '0 udp0 1 AAAA w.'],
    { kind: 'not-found' },
    0,
  ],
  [
    'takes an error for an answer',
    situation('', '', [{ type: 'A', does: 'servfail' }, { does: 'nodata' }], { servers: 2 }),
    ['0 udp0 1 A w.', '0 udp0 1 AAAA w.'],
    { kind: 'failed', why: 'server-failure' },
    0,
  ],
  [
    'goes to the server with fewer failures, where both share a socket again',
    situation('', '', [{ server: 1, does: 'silent' }, { does: 'answer' }], { servers: 2 }),
    ['0 udp0 1 A w.', '0 udp0 1 AAAA w.', '1000 udp1 2 A w.', '1000 udp1 2 AAAA w.'],
    { kind: 'resolved', name: 'w.', addresses: ['192.0.2.1', '2001:db8::1'] },
    1000,
  ],
  [
    'asks a server that failed from a new socket',
    situation('', '', [{ type: 'AAAA', times: 1, does: 'silent' }, { does: 'answer' }]),
    ['0 udp0 1 A w.', '0 udp0 1 AAAA w.', '1000 udp1 1 AAAA w.'],
    { kind: 'resolved', name: 'w.', addresses: ['192.0.2.1', '2001:db8::1'] },
    1000,
  ],
  [
    'keeps to TCP after a truncated answer',
    situation('', '', [{ transport: 'udp', type: 'AAAA', does: 'truncated' }, { type: 'AAAA', times: 1, does: 'silent' }, { does: 'answer' }], { servers: 2 }),
    ['0 udp0 1 A w.', '0 udp0 1 AAAA w.', '0 tcp1 1 AAAA w.', '1000 tcp2 2 AAAA w.'],
    { kind: 'resolved', name: 'w.', addresses: ['192.0.2.1', '2001:db8::1'] },
    1000,
  ],
] as const)('%s', (_what, given, expected, result, endedMs) => {
  const model = askModel(nodeResolver, given);
  expect(timed(model.asked)).toEqual(expected);
  expect(model.result).toEqual(result);
  expect(model.endedMs).toBe(endedMs);
});

it('sends each query four times for each server, closed ones too', () => {
  const { sent, result } = askModel(nodeResolver, situation('', '', [], { servers: 2, closed: [1, 2] }));
  expect(sent).toHaveLength(16);
  expect(result).toEqual({ kind: 'failed', why: 'refused' });
});

it('waits in whole seconds, at least half of what would double each time', () => {
  const seen = new Set<number>();
  for (let seed = 1009; seed < 65_536; seed += 1009) {
    const { asked } = askModel(nodeResolver, situation('', 'timeout:2', [{ type: 'AAAA', does: 'silent' }]), seed);
    const times = asked.filter(({ type }) => type === 'AAAA').map(({ atMs }) => atMs);
    const [first, second, third] = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(first).toBe(2000);
    expect([3000, 4000]).toContain(second);
    expect([4000, 5000, 6000, 7000, 8000]).toContain(third);
    seen.add(third ?? 0);
  }
  expect(seen.size).toBeGreaterThan(2);
});

it('reads of a resolv.conf what Node leaves of it', () => {
  const read = nodeResolver.readConfig('search a.test\noptions timeout:7 attempts:1 ndots:5 usevc rotate edns0\n');
  expect(read).toMatchObject({ search: [], timeoutMs: 7000, attempts: 4, useVc: true, rotate: true, edns0: false });
  expect(nodeResolver.readConfig('')).toMatchObject({ nameservers: ['127.0.0.1'], timeoutMs: 2000 });
});
