import { describe, expect, it } from 'vitest';
import {
  allowedOutcomes,
  crafted,
  craftedNote,
  hasCrafted,
  maskedRecords,
  octetsOf,
  required,
  typeAnswered,
  withIdOf,
} from '../support/manifest.ts';
import { World } from '../support/world.ts';

describe.skipIf(!hasCrafted)(`crafted packets that a client may send${craftedNote}`, () => {
  it('are there', () => {
    expect(crafted.length).toBeGreaterThan(100);
  });

  it.each(crafted.filter(({ side }) => side === 'q'))('$id: $expect', (packet) => {
    const { expect: words } = packet;
    const world = new World({ corefile: '. {\n cache\n forward . 192.0.2.53\n}' });
    const message = octetsOf(packet);
    const query = world.send(message);
    const answer = world.rawAnswer(query);
    const dropped = world.effects.some((effect) => effect.kind === 'drop');
    const outcome = dropped ? 'drop' : answer === undefined ? 'forwarded' : world.answer(query).rcode;
    expect([...allowedOutcomes(words)]).toContain(outcome);
    expect(answer?.subarray(0, 2) ?? message.subarray(0, 2)).toEqual(message.subarray(0, 2));
  });
});

describe.skipIf(!hasCrafted)(`crafted packets that an upstream may answer${craftedNote}`, () => {
  const replies = crafted.filter(({ side }) => side === 'r');

  /** A world that has asked what the packet answers, DNSSEC's records with it, with the ID that the packet has. */
  const asked = (message: Uint8Array): World => {
    const world = new World({ corefile: '. {\n cache\n forward . 192.0.2.53\n}' });
    world.ask({ name: 'www.example.com', type: `TYPE${typeAnswered(message)}`, edns: { udpPayloadSize: 4096, dnssecOk: true } });
    return world;
  };

  it.each(replies)('$id: $expect', (packet) => {
    const { expect: words } = packet;
    const message = octetsOf(packet);
    const world = asked(message);
    const reply = withIdOf(message, world.lastAsk.message);
    world.reply(reply);
    const taken = world.rawAnswer(1) !== undefined;
    expect({ taken, stored: world.cacheSteps.length > 1 }).toMatchObject(required(words));
    const ttls = taken ? world.answer(1).answers.map(({ ttlSeconds }) => ttlSeconds) : [];
    expect(Math.max(0, ...ttls)).toBeLessThanOrEqual(3600);
  });

  it('passes what it accepts octet for octet', () => {
    for (const packet of replies.filter(({ expect: words }) => words === 'accept-byte-exact')) {
      const message = octetsOf(packet);
      const world = asked(message);
      world.reply(withIdOf(message, world.lastAsk.message));
      const answer = world.rawAnswer(1) ?? new Uint8Array();
      const { length } = message;
      expect([packet.id, maskedRecords(answer, length)]).toEqual([packet.id, maskedRecords(message, length)]);
    }
  });
});
