import { describe, expect, it } from 'vitest';
import { a, soa, World } from '../support/world.ts';

const www = 'www.example.org.';
const SECOND = 1000;
const dnssec = { udpPayloadSize: 1232, dnssecOk: true };

const opaque = (name: string, type: string, ttlSeconds: number) =>
  ({ name, type, ttlSeconds, data: { kind: 'opaque', octets: signature(type) } }) as const;

/** RRSIG: 18 octets, the root as signer, a signature; NSEC: the root as next name, a bitmap. */
const signature = (type: string): Uint8Array =>
  type === 'RRSIG' ? new Uint8Array(30) : Uint8Array.from([0, 0, 1, 64]);

const world = (): World => new World({ corefile: '. {\n cache 60\n forward . 192.0.2.53\n}' });

describe('an answer with signatures', () => {
  it('serves those who did not ask for them, without, for as long as it lives', () => {
    const server = world();
    server.ask({ name: www, edns: dnssec });
    server.respond({ answers: [a(www, '192.0.2.1', 40), opaque(www, 'RRSIG', 40)] });
    server.pass(10 * SECOND);
    for (let times = 0; times < 2; times += 1) {
      const plain = server.answer(server.ask({ name: www }));
      expect(plain.answers.map(({ type, ttlSeconds }) => [type, ttlSeconds])).toEqual([['A', 30]]);
    }
    expect(server.answer(server.ask({ name: www, edns: dnssec })).answers).toHaveLength(2);
    expect(server.asks).toHaveLength(1);
    expect(server.cacheSteps.slice(2)).toEqual(['hit success', 'hit success', 'hit success']);
    server.pass(30 * SECOND);
    server.ask({ name: www });
    expect(server.cacheSteps.at(-1)).toBe('miss');
  });

  it('has the flags for both that it came with', () => {
    for (const recursionAvailable of [true, false]) {
      const server = world();
      const signed = server.ask({ name: www, edns: dnssec });
      server.respond({ recursionAvailable, answers: [a(www, '192.0.2.1', 40), opaque(www, 'RRSIG', 40)] });
      const plain = server.answer(server.ask({ name: www }));
      expect(server.asks).toHaveLength(1);
      expect([server.answer(signed), plain].map((told) => told.recursionAvailable)).toEqual([recursionAvailable, recursionAvailable]);
    }
  });

  it('is a denial for both', () => {
    const server = world();
    server.ask({ name: www, edns: dnssec });
    const authorities = [soa('example.org.', 40, 40), opaque('example.org.', 'NSEC', 40), opaque('example.org.', 'RRSIG', 40)];
    server.respond({ rcode: 'NXDOMAIN', authorities });
    const plain = server.answer(server.ask({ name: www }));
    expect([plain.rcode, plain.authorities.map(({ type }) => type)]).toEqual(['NXDOMAIN', ['SOA']]);
  });

  it('is told without to those who did not ask for them, whatever the upstream sends, with and without a cache', () => {
    const authorities = [soa('example.org.', 40, 40), opaque('example.org.', 'NSEC', 40), opaque('example.org.', 'RRSIG', 40)];
    for (const server of [world(), new World({ corefile: '. {\n forward . 192.0.2.53\n}' })]) {
      const first = server.ask({ name: www });
      server.respond({ answers: [a(www, '192.0.2.1', 40), opaque(www, 'RRSIG', 40)], authorities });
      const again = server.ask({ name: www });
      if (server.rawAnswer(again) === undefined) server.respond({ answers: [a(www, '192.0.2.1', 40), opaque(www, 'RRSIG', 40)], authorities });
      for (const query of [first, again]) {
        const told = server.answer(query);
        expect([told.answers, told.authorities].map((records) => records.map(({ type }) => type))).toEqual([['A'], ['SOA']]);
      }
      const asked = server.asks.length;
      server.ask({ name: www, edns: dnssec });
      expect(server.asks).toHaveLength(asked + 1);
    }
  });

  it('keeps proofs for those who ask for their type', () => {
    const server = world();
    const query = server.ask({ name: www, type: 'NSEC' });
    server.respond({ answers: [opaque(www, 'NSEC', 40), opaque(www, 'RRSIG', 40)], authorities: [opaque('example.org.', 'NSEC', 40)] });
    const told = server.answer(query);
    expect([told.answers, told.authorities].map((records) => records.map(({ type }) => type))).toEqual([['NSEC'], ['NSEC']]);
  });

  it('keeps them for those who ask for their type, each as the upstream says', () => {
    const server = world();
    server.ask({ name: www, type: 'RRSIG', edns: dnssec });
    server.respond({ answers: [opaque(www, 'RRSIG', 40)] });
    const plain = server.ask({ name: www, type: 'RRSIG' });
    server.respond({ answers: [opaque(www, 'RRSIG', 40)] });
    expect(server.answer(plain).answers).toHaveLength(1);
    expect(server.asks).toHaveLength(2);
  });

  it('of a failure serves nobody else', () => {
    const server = world();
    server.ask({ name: www, edns: dnssec });
    server.respond({ rcode: 'SERVFAIL' });
    server.ask({ name: www });
    expect(server.asks).toHaveLength(2);
  });
});
