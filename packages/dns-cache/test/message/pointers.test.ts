import { describe, expect, it } from 'vitest';
import { checkMessage } from '../../src/message/check.ts';
import { keepMessage } from '../../src/message/kept.ts';
import { address, labels, octets, opt, packet, question, resource, TYPES, u16 } from '../support/packets.ts';

const NAME = labels('www', 'example', 'test');
const QUESTION_END = 12 + question(NAME).length;
const FIRST_FIXED = QUESTION_END + 2;
const pointer = (target: number): Uint8Array => Uint8Array.from(u16(0xc000 | target));

const reply = (...records: readonly Uint8Array[]): Uint8Array =>
  packet({ flags: 0x8180, counts: [1, records.length, 0, 0] }, question(NAME), ...records);

const reasonOf = (message: Uint8Array): string => {
  const checked = checkMessage(message);
  return checked.kind === 'malformed' ? checked.reason : checked.kind;
};

describe('what a pointer may lead to', () => {
  it.each([
    ['the question’s name', 12],
    ['its second label', 16],
    ['its root', QUESTION_END - 5],
  ])('%s', (_what, target) => {
    expect(
      reasonOf(reply(address(1), resource({ owner: pointer(target), type: TYPES.A, rdata: [192, 0, 2, 1] }))),
    ).toBe('message');
  });

  it('a name in RDATA, of known types and of others', () => {
    for (const type of [TYPES.CNAME, 65280]) {
      const owner = pointer(FIRST_FIXED + 10);
      expect(
        reasonOf(reply(resource({ type, rdata: NAME }), resource({ owner, type: TYPES.A, rdata: [192, 0, 2, 1] }))),
      ).toBe('message');
    }
  });
});

describe('what a pointer may not lead to, since it would be another name when a TTL goes down or OPT is cut out', () => {
  it.each([
    ['the TTL of an earlier record', FIRST_FIXED + 4],
    ['its class', FIRST_FIXED + 2],
    ['its RDLENGTH', FIRST_FIXED + 8],
  ])('%s', (_what, target) => {
    const bent = resource({ owner: pointer(target), type: TYPES.A, rdata: [192, 0, 2, 1] });
    expect(reasonOf(reply(resource({ type: TYPES.A, ttl: 0, class: 1, rdata: [192, 0, 2, 1] }), bent))).toBe(
      'pointer-into-record',
    );
  });

  it('the TTL of its own record', () => {
    expect(reasonOf(reply(resource({ type: TYPES.CNAME, ttl: 0, rdata: pointer(FIRST_FIXED + 4) })))).toBe(
      'pointer-into-record',
    );
  });

  it('octets that run on into the name itself, and past it into what comes later', () => {
    // The class of the question, 1, is read as the length of a label; the labels go on through the record to the OPT.
    const answer = octets(pointer(QUESTION_END - 1), [0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
    const message = packet({ flags: 0x8180, counts: [1, 1, 0, 1] }, question(NAME), answer, opt());
    expect(reasonOf(message)).toBe('pointer-not-backwards');
  });

  it('a message that passes can be kept', () => {
    const checked = checkMessage(packet({ flags: 0x8180, counts: [1, 1, 0, 1] }, question(NAME), address(1), opt()));
    const kept = checked.kind === 'message' ? keepMessage(checked) : checked;
    expect(kept.kind).toBe('kept');
    if (kept.kind === 'kept') expect(kept.checked).toEqual(checkMessage(kept.bytes));
  });
});
