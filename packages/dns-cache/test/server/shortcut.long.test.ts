import * as fc from 'fast-check';
import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { scanQuery } from '../../src/message/scan.ts';
import { cacheKey } from '../../src/engine/key.ts';
import { readQuery } from '../../src/message/query.ts';
import { a, alias, soa, World } from '../support/world.ts';

/** `log` for a zone that nobody asks for: it changes nothing, but it wants to see every query. */
const LONG_WAY = 'log elsewhere.invalid\n';

const corefile = (first: string, options: string): string => `. {
  ${first}
  errors
  cache 3600 {
    ${options}
  }
  forward . 192.0.2.53
}
example.org {
  ${first}
  cache {
    ${options}
  }
  forward . 192.0.2.53
}`;

const NAMES = ['example.org.', 'www.example.org.', 'WWW.Example.ORG.', 'notexample.org.', 'a\\.b.example.org.', '.'];

type Asked = typeof query extends fc.Arbitrary<infer Value> ? Value : never;

const query = fc.record({
  name: fc.constantFrom(...NAMES),
  type: fc.constantFrom('A', 'AAAA', 'TXT', 'TYPE65280', 'DS', 'AXFR'),
  id: fc.nat(0xffff),
  recursionDesired: fc.boolean(),
  checkingDisabled: fc.boolean(),
  authenticated: fc.boolean(),
  edns: fc.option(fc.record({ udpPayloadSize: fc.nat(0xffff), dnssecOk: fc.boolean() }), { nil: undefined }),
});

const encode = ({ edns, ...asked }: Asked): Uint8Array =>
  encodeQuery(edns === undefined ? asked : { ...asked, edns });

/** What happens to the bytes of a query on their way: mostly nothing. */
const damage = fc.oneof(
  { weight: 8, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.record({ at: fc.nat(80), octet: fc.nat(255) }) },
);

const ttl = fc.integer({ min: 0, max: 100 });

const answer = fc.oneof(
  fc.record({ ttl, count: fc.integer({ min: 1, max: 60 }) }).map(({ ttl: seconds, count }) => ({
    answers: Array.from({ length: count }, (_, index) => a('www.example.org.', `192.0.2.${index}`, seconds)),
    authenticated: seconds % 2 === 0,
    recursionAvailable: count % 2 === 0,
  })),
  ttl.map((seconds) => ({ answers: [alias('www.example.org.', 'x.example.net.', seconds), a('x.example.net.', '192.0.2.1', 9)] })),
  ttl.map((seconds) => ({ rcode: 'NXDOMAIN' as const, authorities: [soa('org.', seconds, 30)] })),
  fc.constantFrom('SERVFAIL' as const, 'REFUSED' as const).map((rcode) => ({ rcode })),
);

const step = fc.record({ query, damage, answer, passMs: fc.nat(8000), transport: fc.constantFrom('udp' as const, 'tcp' as const) });

const OPTIONS = ['', 'keepttl', 'prefetch 2', 'prefetch 3 1m 90%', 'serve_stale', 'success 100 60 0'];

describe('the short way of a hit', () => {
  it('comes to what the long way comes to, octet by octet', () => {
    let shortened = 0;
    fc.assert(
      fc.property(fc.constantFrom(...OPTIONS), fc.array(step, { minLength: 10, maxLength: 60 }), (options, steps) => {
        const short = new World({ corefile: corefile('', options) });
        const long = new World({ corefile: corefile(LONG_WAY, options) });
        for (const { query: asked, damage: bent, answer: told, passMs, transport } of steps) {
          const message = encode(asked);
          if (bent !== undefined && bent.at < message.length) message[bent.at] = bent.octet;
          for (const world of [short, long]) {
            const before = world.asks.length;
            world.send(message, { transport });
            if (world.asks.length > before) world.respond(told);
            world.pass(passMs);
          }
          if (transport === 'udp' && scanQuery(message) !== undefined) shortened += 1;
        }
        expect(short.effects).toEqual(long.effects);
      }),
      { numRuns: 300 },
    );
    expect(shortened).toBeGreaterThan(500);
  });

  it('makes the keys that the long way makes', () => {
    fc.assert(
      fc.property(query, damage, (asked, bent) => {
        const message = encode(asked);
        if (bent !== undefined && bent.at < message.length) message[bent.at] = bent.octet;
        const scan = scanQuery(message);
        if (scan === undefined) return;
        const read = readQuery(message);
        expect(read.kind).toBe('query');
        if (read.kind !== 'query') return;
        expect(scan).toMatchObject({ key: cacheKey(read.query), octets: read.query.octets, type: read.query.question.type });
      }),
      { numRuns: 5000 },
    );
  });
});
