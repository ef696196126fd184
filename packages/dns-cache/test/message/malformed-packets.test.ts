import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasShared, readShared, sharedPath } from '../support/shared.ts';
import { World } from '../support/world.ts';

interface Packet {
  readonly id: string;
  readonly side: 'q' | 'r';
  readonly expect: string;
  readonly note: string;
}

const FOLDER = 'dns/malformed/';
const present = hasShared(`${FOLDER}manifest.json`);
const packets: readonly Packet[] = present
  ? JSON.parse(readFileSync(sharedPath(`${FOLDER}manifest.json`), 'utf8'))
  : [];
const note = present ? '' : ' (skipped: ../shared/dns/malformed is absent)';

const RCODES = ['FORMERR', 'NOTIMP', 'REFUSED', 'BADVERS', 'NOTAUTH'] as const;

/** The outcomes that the manifest's words allow. */
const allowed = (words: string): ReadonlySet<string> => {
  const outcomes = new Set<string>(RCODES.filter((rcode) => words.includes(rcode)));
  if (words.includes('drop')) outcomes.add('drop');
  if (/answer|forward|NOERROR|treat|ignore/.test(words)) outcomes.add('forwarded');
  return outcomes;
};

describe.skipIf(!present)(`crafted packets that a client may send${note}`, () => {
  it('are there', () => {
    expect(packets.length).toBeGreaterThan(100);
  });

  it.each(packets.filter(({ side }) => side === 'q'))('$id: $expect', ({ id, expect: words }) => {
    const world = new World({ corefile: '. {\n cache\n forward . 192.0.2.53\n}' });
    const message = readShared(`${FOLDER}${id}.bin`);
    const before = performance.now();
    const query = world.send(message);
    expect(performance.now() - before).toBeLessThan(250);
    const answer = world.rawAnswer(query);
    const dropped = world.effects.some((effect) => effect.kind === 'drop');
    const outcome = dropped ? 'drop' : answer === undefined ? 'forwarded' : world.answer(query).rcode;
    expect([...allowed(words)]).toContain(outcome);
    expect(answer?.subarray(0, 2) ?? message.subarray(0, 2)).toEqual(message.subarray(0, 2));
  });
});

/** What the manifest's words leave no choice about. */
const required = (words: string): { readonly taken?: boolean; readonly stored?: boolean } => ({
  ...(['reject', 'reject fast (<5 ms)', 'reject-if-0x20'].includes(words) ? { taken: false } : {}),
  ...(/^accept(?!-or)/.test(words) ? { taken: true } : {}),
  ...(/not cached|never cache/.test(words) ? { stored: false } : {}),
});

describe.skipIf(!present)(`crafted packets that an upstream may answer${note}`, () => {
  const replies = packets.filter(({ side }) => side === 'r');

  /** A world that has asked what the packet answers, with the ID that the packet has. */
  const asked = (message: Uint8Array): World => {
    const type = message.length > 31 ? ((message[29] ?? 0) << 8) | (message[30] ?? 0) : 1;
    const world = new World({ corefile: '. {\n cache\n forward . 192.0.2.53\n}' });
    world.ask({ name: 'www.example.com', type: `TYPE${type}`, edns: { udpPayloadSize: 4096 } });
    return world;
  };

  it.each(replies)('$id: $expect', ({ id, expect: words }) => {
    const message = readShared(`${FOLDER}${id}.bin`);
    const world = asked(message);
    const reply = message.slice();
    // The packets answer 0x1234; the one with a bad ID stays bad.
    if (((reply[0] ?? 0) << 8) + (reply[1] ?? 0) === 0x1234) reply.set(world.lastAsk.message.subarray(0, 2), 0);
    const before = performance.now();
    world.reply(reply);
    expect(performance.now() - before).toBeLessThan(250);
    const taken = world.rawAnswer(1) !== undefined;
    expect({ taken, stored: world.cacheSteps.length > 1 }).toMatchObject(required(words));
    const ttls = taken ? world.answer(1).answers.map(({ ttlSeconds }) => ttlSeconds) : [];
    expect(Math.max(0, ...ttls)).toBeLessThanOrEqual(3600);
  });

  it('passes what it accepts octet for octet', () => {
    for (const { id, expect: words } of replies) {
      if (words !== 'accept-byte-exact') continue;
      const message = readShared(`${FOLDER}${id}.bin`);
      const world = asked(message);
      const reply = message.slice();
      reply.set(world.lastAsk.message.subarray(0, 2), 0);
      world.reply(reply);
      const answer = world.rawAnswer(1) ?? new Uint8Array();
      // Header and TTLs are ours; our OPT comes last.
      const masked = (octets: Uint8Array): string =>
        String(octets.subarray(12, message.length)).replaceAll(/,0,1,0,(?:\d+,){4}/g, ',ttl,');
      expect([id, masked(answer)]).toEqual([id, masked(message)]);
    }
  });
});
