import { encodeResponse, readMessage } from '@nodelocal/dns-cache';
import { glibcResolver } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { timed } from './peer/compare.ts';
import { askModel } from './peer/model.ts';
import type { Rule } from './peer/situation.ts';
import { situation } from './peer/situations.ts';

const answers: Rule = { does: 'answer' };
const noAaaa: Rule = { type: 'AAAA', does: 'silent' };
const silent: Rule = { does: 'silent' };

it.each([
  [
    'asks one question after the other where the second answer got lost, then from two sockets',
    situation('', 'timeout:5', [noAaaa, answers], { name: 'w.' }),
    ['0 udp0 1 A w.', '0 udp0 1 AAAA w.', '5000 udp0 1 A w.', '5000 udp0 1 AAAA w.', '10000 udp1 1 A w.', '10000 udp2 1 AAAA w.'],
    { kind: 'resolved', name: 'w.', addresses: ['192.0.2.1'] },
    15_000,
  ],
  [
    'waits longer for later servers, and shares that among all',
    situation('', 'timeout:5 attempts:1', [silent], { name: 'w.', servers: 3 }),
    ['0 udp0 1 A w.', '0 udp0 1 AAAA w.', '5000 udp1 2 A w.', '5000 udp1 2 AAAA w.', '8000 udp2 3 A w.', '8000 udp2 3 AAAA w.'],
    { kind: 'failed', why: 'timed-out' },
    14_000,
  ],
  [
    'goes to TCP with both questions when one answer is truncated',
    situation('', '', [{ transport: 'udp', type: 'A', does: 'truncated' }, answers], { name: 'w.' }),
    ['0 udp0 1 A w.', '0 udp0 1 AAAA w.', '0 tcp1 1 A w.', '0 tcp1 1 AAAA w.'],
    { kind: 'resolved', name: 'w.', addresses: ['192.0.2.1', '2001:db8::1'] },
    0,
  ],
  [
    'asks the next server by TCP too where the first one has none',
    situation('', 'use-vc', [answers], { name: 'w.', servers: 2, closed: [1] }),
    ['0 tcp0 2 A w.', '0 tcp0 2 AAAA w.'],
    { kind: 'resolved', name: 'w.', addresses: ['192.0.2.1', '2001:db8::1'] },
    0,
  ],
  [
    'sends nothing more once every server refused',
    situation('', '', [], { servers: 2, closed: [1, 2] }),
    [],
    { kind: 'failed', why: 'refused' },
    0,
  ],
  ['sends nothing with attempts:0', situation('', 'attempts:0', [answers]), [], { kind: 'failed', why: 'refused' }, 0],
  [
    'says of a name without addresses that it was not found, though another failed',
    situation('', 'attempts:1', [{ name: 'w.a.test.', does: 'nodata' }, { name: 'w.b.test.', does: 'servfail' }]),
    ['0 udp0 1 A w.a.test.', '0 udp0 1 AAAA w.a.test.', '0 udp1 1 A w.b.test.', '0 udp1 1 AAAA w.b.test.', '0 udp2 1 A w.', '0 udp2 1 AAAA w.'],
    { kind: 'not-found' },
    0,
  ],
] as const)('%s', (_what, given, expected, result, endedMs) => {
  const model = askModel(glibcResolver, given);
  expect(timed(model.asked)).toEqual(expected);
  expect(model.result).toEqual(result);
  expect(model.endedMs).toBe(endedMs);
});

it('begins where chance says, and one further with each name, with rotate', () => {
  const { asked } = askModel(glibcResolver, situation('', 'rotate', [], { servers: 3 }), 5);
  expect(asked.map(({ server }) => server)).toEqual([3, 3, 1, 1, 2, 2]);
});

it('waits for ever where a server is silent by TCP', () => {
  const { result, endedMs } = askModel(glibcResolver, situation('', 'use-vc', [silent], { withinMs: 3_600_000 }));
  expect(result).toBeUndefined();
  expect(endedMs).toBe(Infinity);
});

it('takes neither answers to other questions nor those to other sockets', () => {
  const start = glibcResolver.start('w.', glibcResolver.readConfig('nameserver 127.0.0.1'), 0, () => 7);
  const [sent] = start.send;
  if (sent?.kind !== 'datagram') throw new TypeError('nothing sent');
  for (const port of [sent.port, 1]) {
    const event = { kind: 'datagram', port, from: '127.0.0.1', message: sent.message } as const;
    expect(glibcResolver.step(start.lookup, event, 1, () => 7)).toEqual({ lookup: start.lookup, send: [] });
  }
});

it('tells two answers apart by their types where chance gave both questions one ID', () => {
  const start = glibcResolver.start('w.', glibcResolver.readConfig('nameserver 127.0.0.1'), 0, () => 7);
  const answered = start.send.reduce((lookup, { kind, message }) => {
    if (kind !== 'datagram') throw new TypeError('not asked by UDP');
    const asked = readMessage(message);
    if (asked.kind !== 'message' || asked.question === undefined) throw new TypeError('not a query');
    const answer = encodeResponse({ id: asked.id, question: asked.question, rcode: 'NXDOMAIN', authoritative: true });
    return glibcResolver.step(lookup, { kind, port: lookup.sockets.get(0) ?? 0, from: '127.0.0.1', message: answer }, 1, () => 7).lookup;
  }, start.lookup);
  expect(answered.result).toEqual({ kind: 'not-found' });
});
