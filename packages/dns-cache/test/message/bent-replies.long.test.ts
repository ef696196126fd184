import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readMessage } from '@nodelocal/dns-cache';
import { record } from '../support/arbitraries.ts';
import { responseTo, World } from '../support/world.ts';

const records = fc.array(record, { maxLength: 12 });

/** Octets to change, each as a place (from the end of the question on) and a value. */
const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });

it('however an upstream bends its reply, every client gets a well-formed answer or none', () => {
  fc.assert(
    fc.property(records, records, records, changes, fc.boolean(), (answers, authorities, additionals, bends, edns) => {
      const world = new World({ corefile: '. {\n log\n errors\n cache\n forward . 192.0.2.53\n}' });
      const asked = { name: 'www.example.org', ...(edns ? { edns: { udpPayloadSize: 700 } } : {}) };
      const udp = world.ask(asked);
      const reply = responseTo(world.lastAsk.message, {
        answers,
        authorities,
        additionals,
        edns: { udpPayloadSize: 1232 },
      });
      for (const [place, octet] of bends) reply[33 + (place % (reply.length - 33))] = octet;
      readMessage(reply);
      world.reply(reply);
      const later = world.ask(asked, 'tcp');
      const given = [udp, later].flatMap((query) => world.rawAnswer(query) ?? []);
      for (const answer of given) expect(readMessage(answer).kind).toBe('message');
      expect(Math.max(0, ...given.slice(0, 1).map(({ length }) => length))).toBeLessThanOrEqual(700);
    }),
    { numRuns: 1500 },
  );
});
