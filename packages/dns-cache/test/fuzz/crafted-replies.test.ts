import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { checkMessage } from '../../src/message/check.ts';
import { toWireRecord } from '../../src/message/kept.ts';
import type { Lab, Transport } from '../conformance/lab.ts';
import { block, inLab, underWay } from '../conformance/lab.ts';
import { optOf } from '../conformance/rows/opt.ts';
import type { CraftedPacket } from '../support/manifest.ts';
import {
  crafted,
  craftedNote,
  hasCrafted,
  maskedRecords,
  octetsOf,
  required,
  typeAnswered,
  withIdOf,
} from '../support/manifest.ts';
import { read, responseTo } from '../support/world.ts';

/** Nothing that a crafted packet says: the answer of the upstream's better self, which comes a little later. */
const GOOD_RCODE = 'YXDOMAIN';

interface Heard {
  readonly answer: Uint8Array;
  readonly taken: boolean;
  /** Was the second client answered without the upstream? */
  readonly stored: boolean;
  readonly lab: Lab;
}

const put = (
  packet: CraftedPacket,
  transport: Transport,
  judge: (heard: Heard) => Promise<void> | void,
): Promise<void> =>
  inLab(block('cache'), async (lab) => {
    const message = octetsOf(packet);
    const good = { kind: 'octets', octets: (asked: Uint8Array) => responseTo(asked, { rcode: GOOD_RCODE }) } as const;
    lab.upstream.script(
      {
        name: 'www.example.com.',
        transport,
        react: [
          { kind: 'octets', octets: (asked) => withIdOf(message, asked) },
          { ...good, afterMs: 40 },
        ],
      },
      { name: 'www.example.com.', react: [good] },
    );
    const type = `TYPE${typeAnswered(message)}`;
    const ask = (): Promise<Uint8Array> =>
      lab.send(encodeQuery({ id: 7, name: 'www.example.com', type, edns: { udpPayloadSize: 4096, dnssecOk: true } }), transport);
    const answer = await ask();
    const { rcode } = read(answer);
    // Over TCP a malformed message ends the attempt; a server that says SERVFAIL itself says it with these words.
    const said = (message[3] ?? 0) & 15;
    const taken = rcode !== GOOD_RCODE && !(rcode === 'SERVFAIL' && said !== 2);
    // A second attempt may be on its way to the upstream still.
    await underWay();
    const before = lab.upstream.queries.length;
    await ask();
    await underWay();
    await judge({ answer, taken, stored: lab.upstream.queries.length === before, lab });
  });

const DATAGRAM_MAX = 4096;

const EXTENDED_ERROR = 15;
const NO_REACHABLE_AUTHORITY = 22;

const extendedErrorsOf = (answer: Uint8Array): readonly number[] =>
  (optOf(answer)?.options ?? []).flatMap(({ code, data }) =>
    code === EXTENDED_ERROR ? [((data[0] ?? 0) << 8) | (data[1] ?? 0)] : [],
  );

const recordsOf = (bytes: Uint8Array): readonly string[] => {
  const message = checkMessage(bytes);
  if (message.kind === 'malformed') throw new Error(message.reason);
  return message.records
    .filter(({ type }) => type !== 41)
    .map((record) => toWireRecord(bytes, record))
    .map(
      ({ name, type, rdata }) => `${Buffer.from(name).toString('hex')} ${type} ${Buffer.from(rdata).toString('hex')}`,
    );
};

describe.skipIf(!hasCrafted)(`crafted packets that an upstream may answer, over sockets${craftedNote}`, () => {
  const replies = crafted.filter(({ side }) => side === 'r');
  // A larger datagram than the server takes is cut by the kernel, and no longer what the manifest is about.
  const fits = (packet: CraftedPacket): boolean => octetsOf(packet).length <= DATAGRAM_MAX;
  const cases = replies.flatMap((packet) =>
    (['udp', 'tcp'] as const)
      .filter((transport) => transport === 'tcp' || fits(packet))
      .map((transport) => ({ ...packet, transport })),
  );

  it.concurrent.each(cases)('$id over $transport: $expect', async (packet) => {
    const message = octetsOf(packet);
    await put(packet, packet.transport, async ({ answer, taken, stored, lab }) => {
      const words = packet.expect;
      // What a connection brings the upstream has sent, in whatever case; a datagram may be anyone's.
      const wanted = words === 'reject-if-0x20' && packet.transport === 'tcp' ? {} : required(words);
      expect({ taken, stored }).toMatchObject(wanted);
      const { answers, rcode } = read(answer);
      const truncated = read(answer).truncated && packet.transport === 'udp';
      expect(Math.max(0, ...answers.map(({ ttlSeconds }) => ttlSeconds))).toBeLessThanOrEqual(3600);
      if (words === 'accept-byte-exact' && !truncated) {
        expect(maskedRecords(answer, message.length)).toBe(maskedRecords(message, message.length));
      }
      if (words === 'accept-expand') expect(recordsOf(answer)).toEqual(recordsOf(message));
      if (words === 'pass EDE on') expect(extendedErrorsOf(answer)).toEqual([NO_REACHABLE_AUTHORITY]);
      if (words === 'EDNS fallback') {
        expect(lab.upstream.queries.some(({ message: asked }) => asked.edns === undefined)).toBe(true);
      }
      if (words === 'short cache') expect({ rcode, stored }).toEqual({ rcode: 'SERVFAIL', stored: true });
      if (words === 'no caching as NODATA') expect({ rcode, stored }).toEqual({ rcode: 'REFUSED', stored: false });
      if (words.startsWith('must never answer')) {
        for (const [name, type] of [
          ['bank.test', 'A'],
          ['test', 'NS'],
        ] as const) {
          await lab.ask({ name, type });
          expect(lab.upstream.asked(`${name}.`, type)).toHaveLength(1);
        }
      }
      expect(await lab.ask({ name: 'alive.test' })).toMatchObject({ rcode: 'NOERROR' });
    });
  });
});
