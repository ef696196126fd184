import { describe, expect, it } from 'vitest';
import { cached, positive, www } from './support.ts';

describe('identical misses', () => {
  it('ask once, and everyone is answered in their own words', () => {
    const server = cached();
    const queries = Array.from({ length: 100 }, (_, id) =>
      server.ask({ name: id % 2 === 0 ? www : 'WWW.example.org.', id }),
    );
    expect(server.asks).toHaveLength(1);
    server.respond(positive(20));
    for (const [id, query] of queries.entries()) {
      expect(server.answer(query)).toMatchObject({
        id,
        question: { name: id % 2 === 0 ? www : 'WWW.example.org.' },
        answers: [{ ttlSeconds: 20 }],
      });
    }
  });

  it('that time out are all told, once', () => {
    const server = cached();
    const queries = Array.from({ length: 20 }, (_, id) => server.ask({ name: www, id }));
    server.pass(10_000);
    expect(queries.map((query) => server.answer(query).rcode)).toEqual(queries.map(() => 'SERVFAIL'));
    expect(server.effects.filter(({ kind }) => kind === 'answer')).toHaveLength(20);
    expect(server.server.nextTimeout()).toBeUndefined();
  });

  it('do not mix transports, DO or RD', () => {
    const server = cached();
    server.ask({ name: www });
    server.ask({ name: www }, 'tcp');
    server.ask({ name: www, edns: { udpPayloadSize: 1232 } });
    server.ask({ name: www, edns: { udpPayloadSize: 1232, dnssecOk: true } });
    server.ask({ name: www, recursionDesired: false });
    expect(server.asks).toHaveLength(4);
  });
});
