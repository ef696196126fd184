import { addressOctets } from '../address.ts';
import { classify } from '../engine/classify.ts';
import type { WireRecord } from '../message/build.ts';
import type { Section } from '../message/check.ts';
import { composeReply } from '../message/compose.ts';
import type { ExtendedError } from '../message/extended-error.ts';
import { encodeExtendedError } from '../message/extended-error.ts';
import { recheck } from '../message/kept.ts';
import type { WireName } from '../message/name.ts';
import { optOctets } from '../message/opt.ts';
import { CLASS, TYPE } from '../message/numbers.ts';
import type { Outcome, Request } from './handler.ts';

interface OwnReply {
  readonly rcode?: number;
  readonly records?: readonly WireRecord[];
  readonly truncated?: boolean;
  /** CoreDNS's plugins differ in this. */
  readonly authoritative: boolean;
  readonly extendedErrors?: readonly ExtendedError[];
}

/** What a plugin answers by itself. */
export const ownReply = (plugin: string, { query }: Request, parts: OwnReply): Outcome => {
  const { authoritative, extendedErrors = [], ...composed } = parts;
  const reply = composeReply({ question: query.question, ...composed });
  return {
    kind: 'reply',
    reply: {
      ...reply,
      flags: { ...reply.flags, authoritative },
      extendedErrors,
      ...(query.edns !== undefined && extendedErrors.length > 0 && { optOctets: optOctets({ options: extendedErrors.map(encodeExtendedError) }) }),
    },
    class: classify(recheck(reply.message), reply.message.rcode),
    plugin,
  };
};

/** An A or AAAA record, by the address. @throws RangeError where it is none */
export const addressRecord = (
  name: WireName,
  address: string,
  ttl: number,
  { section = 'answer', class: klass = CLASS.IN }: { readonly section?: Section; readonly class?: number } = {},
): WireRecord => {
  const octets = addressOctets(address);
  if (octets === undefined) throw new RangeError(`not an address: ${address}`);
  const type = octets.length === 4 ? TYPE.A : TYPE.AAAA;
  return { section, name, type, class: klass, ttl, rdata: Uint8Array.from(octets) };
};
