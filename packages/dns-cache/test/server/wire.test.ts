import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { a, World } from '../support/world.ts';

const corefile = `
cluster.local:53 {
  bind 169.254.20.10 10.96.0.10
  cache
  forward . 10.96.0.3 {
    force_tcp
  }
}
.:53 {
  bind 169.254.20.10 10.96.0.10
  forward . 192.0.2.53
}
example.org:5300 {
  forward . 192.0.2.54
}
10.0.0.0/24:53 {
  bind 10.96.0.10
}
`;

const plain = (changes: Readonly<Record<number, number>> = {}): Uint8Array => {
  const message = encodeQuery({ id: 0xabcd, name: 'www.example.org', type: 'A', checkingDisabled: true });
  for (const [at, octet] of Object.entries(changes)) message[Number(at)] = octet;
  return message;
};

describe('a query that is no question for us', () => {
  it.each([
    [
      'opcode STATUS',
      plain({ 2: 0x11 }),
      { rcode: 'NOTIMP', opcode: 2, question: undefined, recursionDesired: true, checkingDisabled: true },
    ],
    ['opcode UPDATE', plain({ 2: 0x28 }), { rcode: 'NOTIMP', opcode: 5, question: undefined }],
    ['no question', plain({ 5: 0 }), { rcode: 'FORMERR', question: undefined }],
    ['two questions', plain({ 5: 2 }), { rcode: 'FORMERR', question: undefined }],
    ['an answer record', plain({ 7: 1 }), { rcode: 'FORMERR', question: { name: 'www.example.org.' } }],
    ['three additional records', plain({ 11: 3 }), { rcode: 'FORMERR' }],
    [
      'one additional record that is not there',
      plain({ 11: 1 }),
      { rcode: 'FORMERR', question: { name: 'www.example.org.' } },
    ],
    ['a zone transfer', encodeQuery({ id: 0xabcd, name: 'example.org', type: 'AXFR' }), { rcode: 'REFUSED' }],
    ['class NONE', encodeQuery({ id: 0xabcd, name: 'example.org', type: 'A', class: 'NONE' }), { rcode: 'REFUSED' }],
  ])('%s', (_what, message, expected) => {
    const world = new World({ corefile });
    const query = world.send(message);
    expect(world.answer(query)).toMatchObject({ id: 0xabcd, response: true, authoritative: false, ...expected });
    expect(world.asks).toEqual([]);
  });

  it('EDNS version 1 is BADVERS, in an OPT of version 0 (RFC 6891 §6.1.3)', () => {
    const world = new World({ corefile });
    const message = encodeQuery({ id: 1, name: 'www.example.org', type: 'A', edns: { udpPayloadSize: 1232 } });
    message[message.length - 5] = 1;
    expect(world.answer(world.send(message))).toMatchObject({ rcode: 'BADVERS', edns: { version: 0 }, answers: [] });
  });

  it.each([
    ['a response', plain({ 2: 0x81 }), 'response'],
    ['less than a header', plain().slice(0, 11), 'shorter-than-header'],
  ])('%s is not answered', (_what, message, reason) => {
    const world = new World({ corefile });
    const query = world.send(message);
    expect(world.effects).toEqual([{ kind: 'drop', query, reason }]);
  });

  it('takes flags that mean nothing in a query, and octets after it', () => {
    const world = new World({ corefile });
    const message = plain({ 2: 0x07, 3: 0xf3 });
    const query = world.send(Uint8Array.from([...message, 1, 2, 3]));
    // Our own OPT has 11 octets.
    expect(world.lastAsk.message).toHaveLength(message.length + 11);
    world.respond({ answers: [a('www.example.org', '192.0.2.1', 60)] });
    expect(world.answer(query)).toMatchObject({ reserved: false, truncated: false, rcode: 'NOERROR' });
  });
});

describe('the zone that answers', () => {
  const upstreamOf = (name: string, local: string, port = 53, type = 'A'): string | undefined => {
    const world = new World({ corefile });
    const query = world.send(encodeQuery({ id: 1, name, type }), { local, port });
    const answer = world.rawAnswer(query);
    return answer === undefined ? world.lastAsk.upstream.address : world.answer(query).rcode;
  };

  it.each([
    ['the longest suffix', 'kubernetes.default.svc.cluster.local', '10.96.0.10', 53, 'A', '10.96.0.3'],
    ['the zone itself, in capitals', 'CLUSTER.LOCAL', '169.254.20.10', 53, 'A', '10.96.0.3'],
    ['not a suffix within a label', 'mycluster.local', '10.96.0.10', 53, 'A', '192.0.2.53'],
    ['the root', '.', '10.96.0.10', 53, 'NS', '192.0.2.53'],
    ['DS of a zone here, which only the root is above', 'cluster.local', '10.96.0.10', 53, 'DS', '10.96.0.3'],
    ['another port', 'www.example.org', '127.0.0.1', 5300, 'A', '192.0.2.54'],
    ['another port, no zone', 'www.example.com', '127.0.0.1', 5300, 'A', 'REFUSED'],
    ['no listener', 'www.example.org', '127.0.0.1', 53, 'A', 'REFUSED'],
    ['a block without plugins for queries', '7.0.0.10.in-addr.arpa', '10.96.0.10', 53, 'PTR', 'REFUSED'],
  ])('%s', (_what, name, local, port, type, expected) => {
    expect(upstreamOf(name, local, port, type)).toBe(expected);
  });

  it.each([
    ['0.0.0.0', '10.1.2.3', true],
    ['0.0.0.0', 'fd00::1', false],
    ['::', 'FD00:0::1', true],
    ['fd00::1', 'fd00:0:0::1', true],
  ])('a block bound to %s is asked at %s: %s', (bound, local, served) => {
    const world = new World({ corefile: `. {\n bind ${bound}\n forward . 192.0.2.1\n}` });
    world.send(encodeQuery({ id: 1, name: 'a', type: 'A' }), { local });
    expect(world.asks).toHaveLength(served ? 1 : 0);
  });

  it('lists where it listens and what it serves', () => {
    const { server } = new World({ corefile });
    expect(server.listeners).toEqual([
      { scheme: 'dns', address: '169.254.20.10', port: 53 },
      { scheme: 'dns', address: '10.96.0.10', port: 53 },
      { scheme: 'dns', address: '', port: 5300 },
    ]);
    expect(server.served).toEqual([
      '.:53 on 10.96.0.10',
      '.:53 on 169.254.20.10',
      '0.0.10.in-addr.arpa.:53 on 10.96.0.10',
      'cluster.local.:53 on 10.96.0.10',
      'cluster.local.:53 on 169.254.20.10',
      'example.org.:5300',
    ]);
  });

  it('shares one cache between the addresses of a block, and labels what it does by listener', () => {
    const world = new World({ corefile });
    const ask = (local: string): number =>
      world.send(encodeQuery({ id: 1, name: 'a.cluster.local', type: 'A' }), { local });
    ask('10.96.0.10');
    world.respond({ answers: [a('a.cluster.local', '10.0.0.1', 60)] });
    ask('169.254.20.10');
    expect(world.effects.filter(({ kind }) => kind === 'cache')).toMatchObject([
      { outcome: 'miss', cache: { server: 'dns://10.96.0.10:53', zone: 'cluster.local.', zones: 'cluster.local.' } },
      { outcome: 'stored', cache: { server: 'dns://10.96.0.10:53' }, store: 'success', entries: 1 },
      { outcome: 'hit', cache: { server: 'dns://169.254.20.10:53' }, store: 'success' },
    ]);
  });
});

describe('unrelated records in an answer (Kaminsky)', () => {
  it('answer no other question', () => {
    const world = new World({ corefile: '. {\n cache\n forward . 192.0.2.53\n}' });
    world.ask({ name: 'www.example.org' });
    world.respond({
      answers: [a('www.example.org', '192.0.2.1', 60)],
      authorities: [{ name: 'test.', type: 'NS', ttlSeconds: 60, data: { kind: 'name', name: 'evil.example.' } }],
      additionals: [a('bank.test', '203.0.113.66', 60)],
    });
    world.ask({ name: 'bank.test' });
    world.ask({ name: 'test', type: 'NS' });
    expect(world.asks).toHaveLength(3);
  });
});
