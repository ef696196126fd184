import { expect } from 'vitest';
import { encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import { checkMessage } from '../../../src/message/check.ts';
import { askUdp, framed, freePort } from '../../support/loopback.ts';
import { nameOf, octets, opt, option, packet, question, resource, TYPES, u16 } from '../../support/packets.ts';
import { a, read, soa, World } from '../../support/world.ts';
import { inLab } from '../lab.ts';
import type { Row } from '../row.ts';
import { openStream } from '../stream.ts';
import { startService } from '../../support/serve.ts';

const HOT = Array.from({ length: 100 }, (_, at) => `hot${at}.test`);

/** Asks for the hot names while `count` cold ones go by; gives how often a hot name had to be fetched again. */
const refetchedUnder = (cold: (at: number) => Parameters<World['respond']>[0], count: number): number => {
  const world = new World({ corefile: '. {\n cache\n forward . 192.0.2.53\n}' });
  const ask = (name: string, response: Parameters<World['respond']>[0]): boolean => {
    const before = world.asks.length;
    world.ask({ name });
    if (world.asks.length === before) return false;
    world.respond(response);
    return true;
  };
  const hot = (name: string): boolean => ask(name, { answers: [a(name, '192.0.2.1', 3600)] });
  for (const name of HOT) hot(name);
  let refetched = 0;
  for (let at = 0; at < count; at += 1) {
    ask(`r${at}.attack.test`, cold(at));
    if (at % 20 === 0 && hot(HOT[(at / 20) % HOT.length] ?? '')) refetched += 1;
    // What is done with is of no interest, and much of it would be slow to search.
    world.effects.length = 0;
  }
  return refetched;
};

/** Attacks that a node's cache must stand; what is about forged replies is among the F rows, about TCP among the P rows. */
export const attackRows: readonly Row[] = [
  {
    id: 'A-10',
    severity: 'practice',
    source: 'DNSBomb, CVE-2024-33655',
    sent: '300 names at once with `max_concurrent 100`, upstream silent at first',
    expected: '100 wait, the others are refused at once: no pulse of answers larger than that',
    check: () =>
      inLab(
        (upstream) => `. {\n bind 127.0.0.1\n forward . ${upstream} {\n max_concurrent 100\n }\n}`,
        async (lab) => {
          lab.upstream.script({ name: '*.a-10.test.', react: [{ kind: 'reply', response: {}, afterMs: 300 }] });
          const stream = await openStream(lab.port);
          const message = (id: number): Uint8Array => framed(encodeQuery({ id, name: `n${id}.a-10.test`, type: 'A' }));
          for (let id = 0; id < 300; id += 1) stream.socket.write(message(id));
          const rcodes = (await stream.received(300)).map((answer) => read(answer).rcode);
          expect(rcodes.filter((rcode) => rcode === 'REFUSED').length).toBeGreaterThanOrEqual(100);
          expect(lab.upstream.queries.length).toBeLessThanOrEqual(200);
          stream.socket.destroy();
        },
      ),
  },
  {
    id: 'A-11',
    severity: 'practice',
    source: 'TsuNAME, coredns#2087',
    sent: 'a server that forwards to itself',
    expected: 'SERVFAIL within 6 s, after few questions to itself',
    async check() {
      const port = await freePort();
      let asked = 0;
      const service = await startService({
        corefile: parseCorefile(`. {\n bind 127.0.0.1\n cache\n forward . 127.0.0.1:${port}\n}`, { file: 'Corefile' }),
        port,
        readFile: () => '',
        log: () => undefined,
        observe: (effect) => {
          if (effect.kind === 'cache' && effect.outcome === 'miss') asked += 1;
        },
      });
      const answer = read(await askUdp(port, encodeQuery({ id: 1, name: 'a-11.test', type: 'A' })));
      await service.stop();
      expect(answer).toMatchObject({ rcode: 'SERVFAIL' });
      expect(asked).toBeLessThan(20);
    },
  },
  {
    id: 'A-12',
    severity: 'practice',
    source: 'NXNSAttack, CAMP',
    sent: 'a question that no upstream answers',
    expected: 'twice the number of upstreams in packets at most (the pure server)',
    check() {
      const world = new World({ corefile: '. {\n cache\n forward . 192.0.2.1 192.0.2.2 192.0.2.3\n}' });
      world.ask({ name: 'a-12.test' });
      world.pass(20_000);
      expect(world.asks.length).toBeLessThanOrEqual(6);
    },
  },
  {
    id: 'A-15',
    severity: 'practice',
    source: 'random subdomains (water torture)',
    sent: '20,000 names that do not exist, hot names among them (the pure server)',
    expected: 'the hot names stay kept',
    check() {
      expect(refetchedUnder(() => ({ rcode: 'NXDOMAIN', authorities: [soa('test', 900, 900)] }), 20_000)).toBe(0);
    },
  },
  {
    id: 'A-16',
    severity: 'practice',
    source: 'cache flushing',
    sent: '20,000 names that exist, hot names among them (the pure server)',
    expected: 'more than 99 of 100 hot questions are hits',
    check() {
      expect(refetchedUnder((at) => ({ answers: [a(`r${at}.attack.test`, '192.0.2.9', 3600)] }), 20_000)).toBeLessThan(
        10,
      );
    },
  },
  {
    id: 'A-19',
    severity: 'practice',
    source: 'RFC 1035 §7.3',
    sent: 'every header with QR=1',
    expected: 'silence (the pure server): two servers never talk to each other',
    check() {
      const world = new World({ corefile: '. {\n cache\n forward . 192.0.2.53\n}' });
      for (let flags = 0x8000; flags <= 0xffff; flags += 1)
        world.send(packet({ flags }, question(nameOf('a-19.test.'))));
      expect(world.effects.every(({ kind }) => kind === 'drop')).toBe(true);
    },
  },
  {
    id: 'CVE-2015-5477',
    severity: 'practice',
    source: 'CVE-2015-5477',
    sent: 'all 65,536 types (the pure server)',
    expected: 'an answer or a question to the upstream for each',
    check() {
      const world = new World({ corefile: '. {\n log\n errors\n forward . 192.0.2.53\n}' });
      const unanswered: number[] = [];
      for (let type = 0; type <= 0xffff; type += 1) {
        world.send(packet({}, question(nameOf('cve-2015-5477.test.'), type)));
        if (!world.effects.splice(0).some(({ kind }) => kind === 'answer' || kind === 'ask')) unanswered.push(type);
      }
      expect(unanswered).toEqual([]);
    },
  },
  {
    id: 'CVE-2023-4408',
    severity: 'practice',
    source: 'CVE-2023-4408',
    sent: '64 KB of distinct names',
    expected: 'read to its end (the door alone)',
    alone: true,
    check() {
      const records: Uint8Array[] = [];
      let octetsUsed = 12 + question(nameOf('x.test.')).length;
      for (let at = 0; octetsUsed < 65_000; at += 1) {
        const record = resource({ owner: nameOf(`${at.toString(36)}.test.`), type: TYPES.A, rdata: [192, 0, 2, 1] });
        records.push(record);
        octetsUsed += record.length;
      }
      const message = octets(
        [0, 1, 0x81, 0x80, 0, 1],
        u16(records.length),
        [0, 0, 0, 0],
        question(nameOf('x.test.')),
        ...records,
      );
      expect(checkMessage(message).kind).toBe('message');
    },
  },
  {
    id: 'CVE-2024-1737',
    severity: 'practice',
    source: 'CVE-2024-1737, CVE-2024-11187',
    sent: '100 hits on an answer of 4,000 records',
    expected: 'an answer to each',
    async check(lab) {
      const answers = Array.from({ length: 4000 }, (_, at) =>
        a('cve-2024-1737.tcp', `10.0.${at >> 8}.${at & 255}`, 300),
      );
      lab.upstream.script({ name: 'cve-2024-1737.tcp.', react: [{ kind: 'reply', response: { answers } }] });
      await lab.ask({ name: 'cve-2024-1737.tcp' }, 'tcp');
      for (let id = 0; id < 100; id += 1) {
        expect(read(await lab.send(encodeQuery({ id, name: 'cve-2024-1737.tcp', type: 'A' })))).toMatchObject({
          truncated: true,
        });
      }
    },
  },
  {
    id: 'A-24',
    severity: 'practice',
    source: 'event-loop starvation',
    sent: 'the largest packets that say the least: names, options, pointers without end',
    expected: 'an end: a way that is quadratic in the octets would not come to one (the pure server)',
    alone: true,
    check() {
      const world = new World({ corefile: '. {\n cache\n forward . 192.0.2.53\n}' });
      const asked = question(nameOf('a-24.test.'));
      const filled = (octet: number): Uint8Array => new Uint8Array(65_000).fill(octet);
      const options = octets(...Array.from({ length: 16_000 }, (_, code) => option(code)));
      const hostile = [
        packet({ counts: [1, 0, 0, 2] }, asked, filled(0)),
        packet({ counts: [1, 0, 0, 2] }, asked, filled(0xc0)),
        packet({ counts: [1, 0, 0, 1] }, asked, opt({ options: [options] })),
        packet({ counts: [0xffff, 0, 0, 0] }, filled(0)),
        packet({ counts: [1, 5000, 0, 0] }, asked, filled(0)),
        packet({}, filled(1)),
      ];
      for (const message of hostile) {
        // A way that is quadratic in the octets takes some seconds for each: longer than a test may.
        for (let times = 0; times < 20; times += 1) world.send(message);
      }
      expect(world.asks.length).toBeLessThanOrEqual(hostile.length);
    },
  },
];
