import { expect } from 'vitest';
import { framed } from '../../support/loopback.ts';
import { nameOf, packet, question, resource } from '../../support/packets.ts';
import { a, read } from '../../support/world.ts';
import type { Row } from '../row.ts';
import { openStream } from '../stream.ts';
import { apartFromTtls, inLab, pause } from '../lab.ts';

const forced = (upstream: string): string =>
  `. {\n bind 127.0.0.1\n cache\n forward . ${upstream} {\n force_tcp\n }\n}`;

/** The connections that the queries for names below `zone` came over. */
const portsOf = (queries: readonly { readonly sourcePort: number }[]): ReadonlySet<number> =>
  new Set(queries.map(({ sourcePort }) => sourcePort));

/** Upstreams over TCP (RFC 7766). */
export const tcpUpstreamRows: readonly Row[] = [
  {
    id: 'P-16',
    severity: 'SHOULD',
    source: 'RFC 7766 §6.2.1',
    sent: '200 questions at once with `force_tcp`, then one more',
    expected: 'few connections, kept; IDs unique on each',
    check: () =>
      inLab(forced, async (lab) => {
        lab.upstream.script({ name: '*.p-16.test.', react: [{ kind: 'reply', response: {}, afterMs: 50 }] });
        await Promise.all(Array.from({ length: 200 }, (_, id) => lab.ask({ id, name: `n${id}.p-16.test` })));
        const { queries } = lab.upstream;
        expect(portsOf(queries).size).toBeLessThanOrEqual(10);
        const used = queries.map(({ sourcePort, message }) => `${sourcePort} ${message.id}`);
        // A machine that stands still may have one asked again; and an ID that is answered may be drawn again.
        expect(used.length).toBeGreaterThanOrEqual(200);
        expect(new Set(used).size).toBeGreaterThan(used.length - 8);
        await lab.ask({ name: 'late.p-16.test' });
        expect(portsOf(queries.slice(0, 200)).has(queries.at(-1)?.sourcePort ?? 0)).toBe(true);
      }),
  },
  {
    id: 'P-17',
    severity: 'MUST',
    source: 'RFC 7766 §6.2.4, kubernetes/dns#745',
    sent: 'a kept connection that the upstream has closed, or resets at the next question',
    expected: 'answers all the same',
    check: () =>
      inLab(forced, async (lab) => {
        for (const end of ['close', 'reset'] as const) {
          const first = `first.${end}.p-17.test.`;
          lab.upstream.script({ name: first, react: [{ kind: 'reply', response: {} }, { kind: end }] });
          await lab.ask({ name: first });
          await pause(20);
          expect(await lab.ask({ name: `second.${end}.p-17.test` })).toMatchObject({ rcode: 'NOERROR' });
          lab.upstream.script({ name: `third.${end}.p-17.test.`, times: 1, react: [{ kind: end }] });
          expect(await lab.ask({ name: `third.${end}.p-17.test` })).toMatchObject({ rcode: 'NOERROR' });
        }
      }),
  },
  {
    id: 'P-17a',
    severity: 'practice',
    source: 'kubernetes/dns#745',
    sent: 'a kept connection that has gone silent',
    expected: 'an answer over another',
    check: () =>
      inLab(forced, async (lab) => {
        await lab.ask({ name: 'first.p-17a.test' });
        lab.upstream.script({ name: 'p-17a.test.', times: 1, react: [{ kind: 'silence' }] });
        expect(await lab.ask({ name: 'p-17a.test' })).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
        expect(portsOf(lab.upstream.queries).size).toBeGreaterThan(1);
      }),
  },
  {
    id: 'P-18',
    severity: 'MUST',
    source: 'RFC 7766 §7',
    sent: 'replies out of order, with an unknown ID, to another question',
    expected: 'each question gets its own answer',
    check: () =>
      inLab(forced, async (lab) => {
        lab.upstream.script(
          {
            name: 'slow.test.',
            react: [{ kind: 'reply', afterMs: 80, response: { answers: [a('slow.test', '192.0.2.10', 60)] } }],
          },
          {
            name: 'fast.test.',
            react: [
              { kind: 'reply', bend: 'id', response: { answers: [a('fast.test', '192.0.2.66', 60)] } },
              { kind: 'reply', response: { answers: [a('fast.test', '192.0.2.20', 60)] } },
            ],
          },
        );
        const answers = await Promise.all([lab.ask({ name: 'slow.test' }), lab.ask({ name: 'fast.test' })]);
        expect(answers.map(({ answers: [first] }) => first?.data)).toMatchObject([
          { address: '192.0.2.10' },
          { address: '192.0.2.20' },
        ]);
      }),
  },
  {
    id: 'P-18a',
    severity: 'MUST',
    source: 'RFC 7766 §7',
    sent: 'the right ID with another question, then the right reply',
    expected: 'the right one',
    check: () =>
      inLab(forced, async (lab) => {
        for (const bend of ['question-name', 'question-type', 'question-class'] as const) {
          lab.upstream.script({
            name: `${bend}.test.`,
            react: [
              { kind: 'reply', bend, response: { answers: [a(`${bend}.test`, '192.0.2.66', 60)] } },
              { kind: 'reply', afterMs: 20, response: { answers: [a(`${bend}.test`, '192.0.2.20', 60)] } },
            ],
          });
          expect(await lab.ask({ name: `${bend}.test` })).toMatchObject({
            answers: [{ data: { address: '192.0.2.20' } }],
          });
        }
      }),
  },
  {
    id: 'P-19',
    severity: 'practice',
    source: 'RFC 1035 §4.2.2',
    sent: 'a length that promises more than comes, then FIN',
    expected: 'the next attempt, or SERVFAIL',
    check: () =>
      inLab(forced, async (lab) => {
        lab.upstream.script(
          { name: 'once.p-19.test.', times: 1, react: [{ kind: 'promise-more' }] },
          { name: 'ever.p-19.test.', react: [{ kind: 'promise-more' }] },
        );
        expect(await lab.ask({ name: 'once.p-19.test' })).toMatchObject({ rcode: 'NOERROR' });
        expect(await lab.ask({ name: 'ever.p-19.test' })).toMatchObject({ rcode: 'SERVFAIL' });
      }),
  },
  {
    id: 'P-19a',
    severity: 'practice',
    source: 'RFC 7766 §8',
    sent: 'a reply in segments of one octet',
    expected: 'an answer',
    check: () =>
      inLab(forced, async (lab) => {
        lab.upstream.script({ name: 'p-19a.test.', react: [{ kind: 'reply', response: {}, trickleMs: 3 }] });
        expect(await lab.ask({ name: 'p-19a.test' })).toMatchObject({ rcode: 'NOERROR' });
      }),
  },
  {
    id: 'P-20',
    severity: 'MUST',
    source: 'RFC 1035 §4.2.2',
    sent: 'an answer of 65,535 octets',
    expected: 'delivered, and kept',
    async check(lab) {
      const asked = packet({}, question(nameOf('p-20.tcp.'), 65280));
      const rest = 65_535 - asked.length;
      // RDATA of two records, since one cannot be larger than a message.
      const halves = [Math.floor(rest / 2), Math.ceil(rest / 2)].map((length) =>
        resource({ type: 65280, rdata: new Uint8Array(length - 12) }),
      );
      lab.upstream.script({ name: 'p-20.tcp.', react: [{ kind: 'reply', raw: { answer: halves } }] });
      for (let time = 1; time <= 2; time += 1) {
        const stream = await openStream(lab.port);
        stream.socket.write(framed(asked));
        const [answer = new Uint8Array()] = await stream.received(1);
        expect(answer).toHaveLength(65_535);
        expect(read(answer)).toMatchObject({ truncated: false, answers: { length: 2 } });
        stream.socket.destroy();
      }
      expect(lab.upstream.asked('p-20.tcp.')).toHaveLength(1);
    },
  },
  {
    id: 'P-20a',
    severity: 'practice',
    source: 'RFC 6891 §6.2.6',
    sent: 'an answer of 65,535 octets for a client with OPT, which has no room',
    expected: 'an answer all the same: cut or without OPT',
    async check(lab) {
      const asked = packet({}, question(nameOf('p-20a.tcp.'), 65280));
      const rdata = new Uint8Array(65_535 - asked.length - 12);
      lab.upstream.script({
        name: 'p-20a.tcp.',
        react: [{ kind: 'reply', raw: { answer: [resource({ type: 65280, rdata })] } }],
      });
      const answer = await lab.ask({ name: 'p-20a.tcp', type: 'TYPE65280', edns: { udpPayloadSize: 1232 } }, 'tcp');
      expect(answer).toMatchObject({ rcode: 'NOERROR', truncated: true, edns: {} });
    },
  },
  {
    id: 'P-21',
    severity: 'practice',
    source: 'RFC 7766 §5',
    sent: 'a question over TCP whose answer came over UDP',
    expected: 'the same answer, from the cache',
    async check(lab) {
      const udp = await lab.ask({ name: 'p-21.test' });
      expect(apartFromTtls((await lab.ask({ name: 'p-21.test' }, 'tcp')).answers)).toEqual(apartFromTtls(udp.answers));
      expect(lab.upstream.asked('p-21.test.')).toHaveLength(1);
    },
  },
];
