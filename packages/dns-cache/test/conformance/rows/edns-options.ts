import { expect } from 'vitest';
import { address, ednsQuery, octets, opt, option } from '../../support/packets.ts';
import { a, read } from '../../support/world.ts';
import { inLab, block } from '../lab.ts';
import type { Row } from '../row.ts';
import { optOf } from './opt.ts';

const COOKIE = 10;
const EXPIRE = 9;
const NSID = 3;
const CLIENT_SUBNET = 8;
const PADDING = 12;
const EXTENDED_ERROR = 15;

const subnet = (last: number): Uint8Array => option(CLIENT_SUBNET, [0, 1, 24, 0, 10, 0, last]);

/** Options of EDNS (RFC 6891 §6.2.6, 7830, 7871, 7873, 8914). */
export const ednsOptionRows: readonly Row[] = [
  {
    id: 'E-11',
    severity: 'MUST',
    source: 'RFC 6891 §6.1.2',
    sent: 'an unknown option',
    expected: 'an answer without it; it is not forwarded',
    async check(lab) {
      expect(optOf(await lab.send(ednsQuery('e-11.test', { options: [option(65001, [1, 2, 3])] })))?.options).toEqual(
        [],
      );
      const [asked] = lab.upstream.asked('e-11.test.');
      expect(optOf(asked?.bytes ?? new Uint8Array())?.options).toEqual([]);
    },
  },
  {
    id: 'E-15',
    severity: 'MUST',
    source: 'RFC 6891 §6.2.6, RFC 7873 §5',
    sent: 'COOKIE, NSID, EXPIRE, keepalive, padding, client subnet from the upstream',
    expected: 'none of it reaches a client, fresh or kept',
    async check(lab) {
      const options = [COOKIE, NSID, EXPIRE, 11, PADDING].map((code) => option(code, [1, 2, 3, 4, 5, 6, 7, 8]));
      const additional = [opt({ options: [...options, subnet(1)] })];
      lab.upstream.script({
        name: 'e-15.test.',
        react: [{ kind: 'reply', raw: { answer: [address(1)], additional } }],
      });
      for (let time = 1; time <= 2; time += 1)
        expect(optOf(await lab.send(ednsQuery('e-15.test', {})))?.options).toEqual([]);
    },
  },
  {
    id: 'E-16',
    severity: 'MUST',
    source: 'RFC 7873 §5',
    sent: 'two clients with COOKIEs of their own',
    expected: 'neither is forwarded; the second gets a hit',
    async check(lab) {
      for (const seed of [1, 2]) {
        const data = Array.from({ length: 8 }, () => seed);
        expect(read(await lab.send(ednsQuery('e-16.test', { options: [option(COOKIE, data)] })))).toMatchObject({
          rcode: 'NOERROR',
        });
      }
      const asked = lab.upstream.asked('e-16.test.');
      expect(asked.map(({ bytes }) => optOf(bytes)?.options)).toEqual([[]]);
    },
  },
  {
    id: 'E-17',
    severity: 'MUST',
    source: 'RFC 7871 §7.3, CVE-2025-5994',
    sent: '100 queries at once with 100 client subnets',
    expected: 'one upstream query without any',
    check: () =>
      inLab(block('cache'), async (lab) => {
        lab.upstream.script({
          name: 'e-17.test.',
          react: [{ kind: 'reply', afterMs: 100, response: { answers: [a('e-17.test', '192.0.2.1', 300)] } }],
        });
        const asking = Array.from({ length: 100 }, (_, last) =>
          lab.send(ednsQuery('e-17.test', { options: [subnet(last)] })),
        );
        for (const answer of await Promise.all(asking))
          expect(read(answer)).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
        expect(lab.upstream.asked('e-17.test.').map(({ bytes }) => optOf(bytes)?.options)).toEqual([[]]);
      }),
  },
  {
    id: 'E-18',
    severity: 'SHOULD',
    source: 'RFC 8914 §3',
    sent: 'SERVFAIL with an extended error from the upstream',
    expected: 'the client gets it',
    async check(lab) {
      const additional = [opt({ options: [option(EXTENDED_ERROR, [0, 22])] })];
      lab.upstream.script({ name: 'e-18.test.', react: [{ kind: 'reply', raw: { flags: 0x8182, additional } }] });
      const options = optOf(await lab.send(ednsQuery('e-18.test', {})))?.options ?? [];
      expect(options.map(({ code, data }) => [code, ...data.subarray(0, 2)])).toEqual([[EXTENDED_ERROR, 0, 22]]);
    },
  },
  {
    id: 'E-19',
    severity: 'practice',
    source: 'RFC 8914 §3, CVE-2024-1931',
    sent: 'an extended error with 600 octets of text for a client that takes 512',
    expected: 'an answer of at most 512 octets without TC',
    async check(lab) {
      const text = Array.from({ length: 600 }, () => 0x61);
      const additional = [opt({ options: [option(EXTENDED_ERROR, octets([0, 22], text))] })];
      lab.upstream.script({ name: 'e-19.test.', react: [{ kind: 'reply', raw: { flags: 0x8182, additional } }] });
      const answer = await lab.send(ednsQuery('e-19.test', { size: 512 }));
      expect(answer.length).toBeLessThanOrEqual(512);
      expect(read(answer)).toMatchObject({ rcode: 'SERVFAIL', truncated: false });
    },
  },
  {
    id: 'E-24',
    severity: 'MUST',
    source: 'RFC 7830 §6',
    sent: 'padding in a query over UDP and TCP',
    expected: 'an answer that is not padded',
    async check(lab) {
      for (const transport of ['udp', 'tcp'] as const) {
        expect(
          optOf(await lab.send(ednsQuery('e-24.test', { options: [option(PADDING, [0, 0, 0])] }), transport))?.options,
        ).toEqual([]);
      }
    },
  },
];
