import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rcodeName } from '../../src/message/numbers.ts';
import { gather, startLab } from '../conformance/lab.ts';
import type { Lab } from '../conformance/lab.ts';
import { openStream } from '../conformance/stream.ts';
import { framed } from '../support/loopback.ts';
import { allowedOutcomes, crafted, craftedNote, hasCrafted, octetsOf } from '../support/manifest.ts';

const HEADER_OCTETS = 12;

/** What a client sees: the response code, or nothing. A question that was forwarded is answered by the upstream. */
const outcomeOf = (answer: Uint8Array | undefined, forwarded: boolean): string => {
  if (answer === undefined) return 'drop';
  if (forwarded) return 'forwarded';
  // BADVERS has its upper bits in OPT, the last record of these answers.
  const extended = answer.length > HEADER_OCTETS + 11 ? (answer.at(-6) ?? 0) << 4 : 0;
  return rcodeName(((answer[11] ?? 0) > 0 ? extended : 0) | ((answer[3] ?? 0) & 15));
};

const LARGEST_DATAGRAM = 65_507;

describe.skipIf(!hasCrafted)(`crafted packets that a client may send, over sockets${craftedNote}`, () => {
  const queries = crafted.filter(({ side }) => side === 'q');
  let lab: Lab;
  beforeAll(async () => {
    // Without a cache, so that whatever is a question reaches the upstream.
    lab = await startLab((upstream) => `. {\n bind 127.0.0.1\n log\n errors\n forward . ${upstream}\n}`);
  });
  afterAll(() => lab.stop());

  it.each(queries.filter((packet) => octetsOf(packet).length <= LARGEST_DATAGRAM))(
    '$id over UDP: $expect',
    async (packet) => {
      const message = octetsOf(packet);
      const before = lab.upstream.queries.length;
      const silent = allowedOutcomes(packet.expect).has('drop');
      const [answer] = silent ? await gather(lab.port, [message], 150) : [await lab.send(message)];
      expect([...allowedOutcomes(packet.expect)]).toContain(outcomeOf(answer, lab.upstream.queries.length > before));
      if (answer !== undefined) expect(answer.subarray(0, 2)).toEqual(message.subarray(0, 2));
      expect(await lab.ask({ name: 'alive.test' })).toMatchObject({ rcode: 'NOERROR' });
    },
  );

  it.each(queries)('$id over TCP: $expect', async (packet) => {
    const message = octetsOf(packet);
    const before = lab.upstream.queries.length;
    const stream = await openStream(lab.port);
    stream.socket.write(framed(message));
    // What is no header ends the connection; what is not to be answered leaves it open for the next question.
    if (message.length < HEADER_OCTETS) await stream.closedWithin(1000);
    else {
      const silent = allowedOutcomes(packet.expect).has('drop');
      if (!silent) await stream.received(1);
      const answer = silent ? undefined : stream.messages[0];
      expect([...allowedOutcomes(packet.expect)]).toContain(outcomeOf(answer, lab.upstream.queries.length > before));
    }
    stream.socket.destroy();
    expect(await lab.ask({ name: 'alive.test' }, 'tcp')).toMatchObject({ rcode: 'NOERROR' });
  });
});
