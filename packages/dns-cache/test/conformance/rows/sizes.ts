import { expect } from 'vitest';
import { checkMessage } from '../../../src/message/check.ts';
import { ednsQuery, nameOf, octets, packet, question, resource } from '../../support/packets.ts';
import { a, alias, read } from '../../support/world.ts';
import type { Lab } from '../lab.ts';
import type { Row } from '../row.ts';
import { optOf } from './opt.ts';

const OPT_OCTETS = 11;
const many = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => a(name, `10.0.${index >> 8}.${index & 255}`, 300));

/** A query for a name of which the upstream has one record that makes the whole answer this long, without OPT. */
const ofLength = (lab: Lab, tag: string, length: number): string => {
  const name = `${tag}-${length}.tcp`;
  const rest = 12 + question(nameOf(name)).length + 12;
  const rdata = Array.from({ length: length - rest }, () => 1);
  lab.upstream.script({
    name: `${name}.`,
    react: [{ kind: 'reply', raw: { answer: [resource({ type: 65280, rdata })] } }],
  });
  return name;
};

/** How large an answer may be, and what happens to a larger one (RFC 1035, 2181, 6891, 9715). */
export const sizeRows: readonly Row[] = [
  {
    id: 'E-01a',
    severity: 'MUST',
    source: 'RFC 1035 §2.3.4',
    sent: 'no OPT, for 25 and for 60 addresses',
    expected: 'all where compression makes them fit into 512 octets, else TC',
    async check(lab) {
      lab.upstream.script(
        ...[25, 60].map((count) => ({
          name: `e-01a-${count}.tcp.`,
          react: [{ kind: 'reply', response: { answers: many(`e-01a-${count}.tcp`, count) } }] as const,
        })),
      );
      expect(await lab.ask({ name: 'e-01a-25.tcp' })).toMatchObject({ truncated: false, answers: { length: 25 } });
      const cut = await lab.send(packet({}, question(nameOf('e-01a-60.tcp.'))));
      expect(cut.length).toBeLessThanOrEqual(512);
      expect(read(cut)).toMatchObject({ truncated: true });
    },
  },
  {
    id: 'E-03',
    severity: 'MUST',
    source: 'RFC 6891 §6.2.3',
    sent: 'payload sizes of 0 and 511',
    expected: 'treated as 512',
    async check(lab) {
      for (const size of [0, 511]) {
        const fits = await lab.send(ednsQuery(ofLength(lab, `e-03-${size}`, 512 - OPT_OCTETS), { size }, 65280));
        expect(read(fits)).toMatchObject({ truncated: false, answers: [{}] });
        expect(fits).toHaveLength(512);
        const larger = await lab.send(ednsQuery(ofLength(lab, `e-03-${size}`, 513 - OPT_OCTETS), { size }, 65280));
        expect(read(larger)).toMatchObject({ truncated: true });
      }
    },
  },
  {
    id: 'E-04',
    severity: 'SHOULD',
    source: 'RFC 9715 §3.1, CVE-2023-28450',
    sent: 'a payload size of 65535',
    expected: '1400 octets at most, so that nothing is fragmented',
    async check(lab) {
      const answer = await lab.send(ednsQuery(ofLength(lab, 'e-04', 1401), { size: 65535 }, 65280));
      expect(answer.length).toBeLessThanOrEqual(1400);
      expect(read(answer)).toMatchObject({ truncated: true });
    },
  },
  {
    id: 'E-05',
    severity: 'practice',
    source: 'coredns#2581, CVE-2016-2776',
    sent: 'answers of each length around what the client takes',
    expected: 'whole while they fit with OPT, TC from the next octet on',
    async check(lab) {
      const limits = [
        { tag: 'plain', limit: 512, extra: 0, ask: (name: string) => packet({}, question(nameOf(name), 65280)) },
        { tag: 'small', limit: 512, extra: OPT_OCTETS, ask: (name: string) => ednsQuery(name, { size: 512 }, 65280) },
        { tag: 'large', limit: 1232, extra: OPT_OCTETS, ask: (name: string) => ednsQuery(name, { size: 1232 }, 65280) },
      ];
      for (const { tag, limit, extra, ask } of limits) {
        for (let whole = limit - 12; whole <= limit + 8; whole += 1) {
          const answer = await lab.send(ask(ofLength(lab, `e-05-${tag}`, whole - extra)));
          const expected = whole <= limit ? { truncated: false, answers: [{}] } : { truncated: true, answers: [] };
          expect(read(answer)).toMatchObject(expected);
          if (whole <= limit) expect(answer).toHaveLength(whole);
        }
      }
    },
  },
  {
    id: 'E-06',
    severity: 'MUST',
    source: 'RFC 2181 §9',
    sent: 'an answer that has to be cut',
    expected: 'whole records, as many as fit, true counts, OPT, the ID and the question',
    async check(lab) {
      const answers = [alias('e-06.tcp', 'many.e-06.tcp', 300), ...many('many.e-06.tcp', 200)];
      lab.upstream.script({ name: 'e-06.tcp.', react: [{ kind: 'reply', response: { answers } }] });
      const cut = await lab.send(ednsQuery('e-06.tcp', {}));
      expect(read(cut)).toMatchObject({
        id: 0x1234,
        truncated: true,
        question: { name: 'e-06.tcp.' },
        edns: {},
      });
      // Header and question, the alias, so many addresses of 16 octets, OPT.
      const before = 12 + question(nameOf('e-06.tcp')).length + 12 + 7;
      const addresses = Math.floor((1232 - OPT_OCTETS - before) / 16);
      expect(read(cut).answers.map(({ type }) => type)).toEqual(['CNAME', ...Array.from({ length: addresses }, () => 'A')]);
      expect(checkMessage(cut)).toMatchObject({ kind: 'message', end: cut.length });
    },
  },
  {
    id: 'E-22',
    severity: 'MUST',
    source: 'RFC 7766 §5, RFC 1123 §6.1.3.2',
    sent: 'TC from the upstream',
    expected: 'passed on and not kept; with `prefer_udp` asked again over TCP',
    async check(lab) {
      const truncated = { kind: 'reply', response: { truncated: true } } as const;
      lab.upstream.script(
        { name: 'e-22.test.', transport: 'udp', react: [truncated] },
        { name: 'e-22.udp.', transport: 'udp', react: [truncated] },
      );
      for (let time = 1; time <= 2; time += 1)
        expect(await lab.ask({ name: 'e-22.test' })).toMatchObject({ truncated: true });
      expect(lab.upstream.asked('e-22.test.')).toHaveLength(2);
      expect(await lab.ask({ name: 'e-22.udp' })).toMatchObject({ truncated: false, answers: [{}] });
      expect(lab.upstream.asked('e-22.udp.').map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
    },
  },
  {
    id: 'E-23',
    severity: 'practice',
    source: 'coredns#5953, coredns#6003',
    sent: '1,500 octets from the upstream for a client without OPT',
    expected: 'TC, never silence',
    async check(lab) {
      const record = resource({ type: 65280, rdata: Array.from({ length: 1440 }, () => 7) });
      lab.upstream.script({ name: 'e-23.test.', react: [{ kind: 'reply', raw: { answer: [record] } }] });
      const answer = await lab.send(packet({}, octets(question(nameOf('e-23.test.'), 65280))));
      expect(read(answer)).toMatchObject({ rcode: 'NOERROR', truncated: true });
      expect(optOf(answer)).toBeUndefined();
    },
  },
];
