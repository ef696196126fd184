import { odditiesOf, questionsIn, readCapture, spokenIn } from '@nodelocal/scenarios';
import type { Oddity } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { answer, back, CLIENT, cooked2, ipv4, octets, pcap, query, tcp, u16, udp } from './build.ts';

interface Said {
  readonly atMs: number;
  readonly octets: Uint8Array;
}

const ask = (atMs: number, id: number, { port = CLIENT.sport, type = 'A' }: { readonly port?: number; readonly type?: string } = {}): Said => {
  const ends = { ...CLIENT, sport: port };
  return { atMs, octets: ipv4(ends, 17, udp(ends, query(id, type))) };
};

interface Telling {
  readonly port?: number;
  readonly from?: string;
  readonly type?: string;
  readonly rcode?: string;
  readonly truncated?: boolean;
}

const tell = (atMs: number, id: number, { port = CLIENT.sport, from = CLIENT.dst, ...more }: Telling = {}): Said => {
  const ends = { ...back({ ...CLIENT, sport: port }), src: from };
  return { atMs, octets: ipv4(ends, 17, udp(ends, answer(id, more))) };
};

const PORTS = new Set([53]);

const found = (said: readonly Said[], linkType = 101): readonly Oddity[] => {
  const { packets } = readCapture('x', pcap(linkType, said));
  return odditiesOf(packets, questionsIn(spokenIn(packets, PORTS)));
};

it.each([
  ['all is well', [ask(0, 1), tell(2, 1)], []],
  ['nobody answers', [ask(0, 1), ask(7000, 2, { port: 40_001 }), tell(7001, 2, { port: 40_001 })], ['unanswered', 'asked-anew']],
  ['the capture ends too soon', [ask(0, 1)], ['open']],
  ['an answer is late', [ask(0, 1), tell(1500, 1)], ['late']],
  ['a resolver loses patience', [ask(0, 1), ask(5005, 1), tell(5006, 1)], ['late', 'asked-again']],
  ['another answers', [ask(0, 1), tell(2, 1, { from: '192.168.1.7' })], ['answered-from-elsewhere']],
  ['a server fails', [ask(0, 1), tell(2, 1, { rcode: 'SERVFAIL' })], ['failed']],
  ['an answer does not fit', [ask(0, 1), tell(2, 1, { truncated: true })], ['truncated']],
  ['A and AAAA go out of one socket', [ask(0, 1), ask(0.1, 2, { type: 'AAAA' }), tell(1, 1), tell(2, 2, { type: 'AAAA' })], ['one-socket']],
  ['A and AAAA go out of two', [ask(0, 1), ask(0.1, 2, { type: 'AAAA', port: 40_001 }), tell(1, 1), tell(2, 2, { type: 'AAAA', port: 40_001 })], []],
  ['the second of two is lost', [ask(0, 1), ask(0.1, 2, { type: 'AAAA' }), tell(1, 1), ask(5001, 1)], ['asked-again', 'unanswered', 'one-socket']],
  ['an answer comes out of nowhere', [tell(0, 1)], ['unasked']],
  ['a large answer comes in pieces', [{ atMs: 0, octets: ipv4(CLIENT, 17, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), { fragment: 185 }) }], ['fragments']],
] as const)('sees that %s', (_name, said, kinds) => {
  expect(found(said).map(({ kind }) => kind)).toEqual(kinds);
});

it('sees that a port is closed', () => {
  const error = ipv4(back(CLIENT), 1, octets([3, 3, 0, 0, 0, 0, 0, 0], ask(0, 1).octets.subarray(0, 28)));
  expect(found([ask(0, 1), { atMs: 0.2, octets: error }]).map(({ kind }) => kind)).toEqual(['refused']);
});

it('sees that an answer came to the node and did not go on', () => {
  const translated = { ...CLIENT, dst: '192.168.1.7' };
  const said = [
    { atMs: 0, octets: cooked2(ask(0, 1).octets, 0, 5) },
    { atMs: 0.1, octets: cooked2(ipv4(translated, 17, udp(translated, query(1))), 4, 2) },
    { atMs: 1, octets: cooked2(ipv4(back(translated), 17, udp(back(translated), answer(1))), 0, 2) },
  ];
  expect(found(said, 276).map(({ kind }) => kind)).toEqual(['answer-stopped']);
  const onward = { atMs: 1.1, octets: cooked2(tell(1, 1).octets, 4, 5) };
  expect(found([...said, onward], 276)).toEqual([]);
});

it('puts TCP together, whatever comes twice, out of turn or in pieces', () => {
  const framed = (message: Uint8Array): Uint8Array => octets(u16(message.length), message);
  const both = octets(framed(query(1)), framed(query(2, 'AAAA')));
  const segment = (atMs: number, from: number, until: number): Said => ({ atMs, octets: ipv4(CLIENT, 6, tcp(CLIENT, { flags: 24, sequence: 2 ** 32 - 10 + from + 1, payload: both.subarray(from, until) })) });
  const said = [
    { atMs: 0, octets: ipv4(CLIENT, 6, tcp(CLIENT, { flags: 2, sequence: 2 ** 32 - 10 })) },
    segment(1, 0, 1),
    segment(2, 20, 40),
    segment(3, 1, 20),
    segment(4, 10, 30),
    segment(5, 40, both.length),
  ];
  const { packets } = readCapture('x', pcap(101, said));
  expect(spokenIn(packets, PORTS).map(({ id, question, packet }) => [id, question, packet.number])).toEqual([
    [1, 'A a.test.', 4],
    [2, 'AAAA a.test.', 6],
  ]);
});
