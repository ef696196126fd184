import { readMessage } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { checkMessage } from '../../src/message/check.ts';
import { keepMessage, uncompressedOctets } from '../../src/message/kept.ts';
import { readQuery } from '../../src/message/query.ts';
import { corpora, corporaNote, hasCorpora, packetsOf } from '../support/corpora.ts';

/** OPT and TSIG. */
const HOP_TYPES = new Set([41, 250]);

describe.skipIf(!hasCorpora)(`packets of other projects${corporaNote}`, () => {
  it('are there', () => {
    expect(corpora.length).toBeGreaterThan(0);
  });

  it.each(corpora)('%s: each is read or refused, and kept without a change but for TTLs above 2^31 - 1', (file) => {
    const packets = packetsOf(file);
    expect(packets.length).toBeGreaterThan(0);
    for (const packet of packets) {
      readMessage(packet);
      readQuery(packet);
      const checked = checkMessage(packet);
      if (checked.kind === 'malformed') continue;
      const kept = keepMessage(checked);
      if (kept.kind === 'malformed') continue;
      const at = checked.records.findIndex(({ type }) => HOP_TYPES.has(type));
      const cut = at < 0 ? [] : checked.records.slice(at);
      const untouched = cut.every(({ type }) => HOP_TYPES.has(type));
      // What is kept is the packet's own octets; only the count of an OPT or TSIG that is cut off changes.
      const end = cut[0]?.start ?? checked.end;
      const expected = untouched ? packet.slice(12, end) : kept.bytes.subarray(12);
      // RFC 2181 §8: a TTL with its top bit set is kept as zero.
      for (const at of untouched ? kept.ttlOffsets : []) if ((packet[at] ?? 0) > 127) expected.fill(0, at - 12, at - 8);
      expect(Buffer.compare(kept.bytes.subarray(12), expected)).toBe(0);
      expect(uncompressedOctets(kept)).toBeGreaterThanOrEqual(checked.questionEnd);
      // What goes along is what would be found again.
      expect(kept.checked ?? checkMessage(kept.bytes)).toEqual(checkMessage(kept.bytes));
    }
  });
});
