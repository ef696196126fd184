import type { Question, Section } from './check.ts';
import type { Flags } from './header.ts';
import { HEADER_OCTETS, writeHeader } from './header.ts';
import { MESSAGE_OCTETS_MAX } from './limits.ts';
import type { WireName } from './name.ts';
import { fromU16, setU16, setU32, u8 } from './octets.ts';
import type { OptFields } from './opt.ts';
import { encodeOpt } from './opt.ts';
import { splitRdata } from './rdata-layout.ts';

/** A record ready for the wire; its RDATA without compression. */
export interface WireRecord {
  readonly section: Section;
  readonly name: WireName;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

export interface WireMessage {
  readonly id: number;
  readonly flags: Partial<Flags>;
  readonly question: Question | undefined;
  readonly records: readonly WireRecord[];
  readonly edns?: OptFields;
}

/** The types of RFC 1035 whose names may be compressed; in all others it is forbidden (RFC 3597 §4). */
export const COMPRESSIBLE: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15]);

const POINTER_MAX = 0x3fff;

/** Octets being written, with every name so far by its suffixes. */
interface Draft {
  readonly octets: number[];
  readonly suffixes: Map<string, number>;
}

const append = (draft: Draft, bytes: Uint8Array): void => {
  for (const octet of bytes) draft.octets.push(octet);
};

/** RFC 1035 §4.1.4. A suffix is found by its exact spelling, so that compression never changes a name's case. */
const appendName = (draft: Draft, name: WireName, compress: boolean): void => {
  let at = 0;
  for (let length = u8(name, at); length !== 0; length = u8(name, at)) {
    const suffix = String.fromCharCode(...name.subarray(at));
    const known = draft.suffixes.get(suffix);
    if (compress && known !== undefined) {
      append(draft, fromU16(0xc000 | known));
      return;
    }
    const here = draft.octets.length;
    if (known === undefined && here <= POINTER_MAX) draft.suffixes.set(suffix, here);
    append(draft, name.subarray(at, at + length + 1));
    at += length + 1;
  }
  draft.octets.push(0);
};

const appendRecord = (draft: Draft, record: WireRecord): void => {
  appendName(draft, record.name, true);
  const fixed = new Uint8Array(10);
  setU16(fixed, 0, record.type);
  setU16(fixed, 2, record.class);
  setU32(fixed, 4, record.ttl);
  append(draft, fixed);
  const start = draft.octets.length;
  const pieces = splitRdata(record.rdata, record.type, 0, record.rdata.length, { left: 0 });
  if ('kind' in pieces) throw new RangeError(`RDATA of type ${record.type} is malformed: ${pieces.reason}`);
  for (const piece of pieces) {
    if (piece.kind === 'octets') append(draft, record.rdata.subarray(piece.start, piece.end));
    else appendName(draft, record.rdata.subarray(piece.at, piece.at + piece.octets), COMPRESSIBLE.has(record.type));
  }
  const length = draft.octets.length - start;
  draft.octets[start - 2] = length >>> 8;
  draft.octets[start - 1] = length & 0xff;
};

/** A message as far as it fits. */
interface BuiltMessage {
  readonly bytes: Uint8Array;
  /** False where records were left out at the end. */
  readonly whole: boolean;
}

/**
 * As many of the records as fit into so many octets, with TC set where that is not all.
 * @throws RangeError where a record's RDATA does not fit its type
 */
export const buildFitting = (message: WireMessage, most = MESSAGE_OCTETS_MAX): BuiltMessage => {
  const draft: Draft = { octets: Array.from({ length: HEADER_OCTETS }, () => 0), suffixes: new Map() };
  if (message.question !== undefined) {
    // Without records there is nobody to point at its name.
    if (message.records.length === 0) append(draft, message.question.name);
    else appendName(draft, message.question.name, false);
    append(draft, fromU16(message.question.type, message.question.class));
  }
  const opt = message.edns === undefined ? undefined : encodeOpt(message.edns);
  const octetsMax = most - (opt?.length ?? 0);
  const count = { answer: 0, authority: 0, additional: 0 };
  let whole = true;
  for (const section of ['answer', 'authority', 'additional'] as const) {
    for (const record of message.records) {
      if (record.section !== section || !whole) continue;
      const start = draft.octets.length;
      appendRecord(draft, record);
      if (draft.octets.length <= octetsMax) count[section] += 1;
      else {
        draft.octets.length = start;
        whole = false;
      }
    }
  }
  if (opt !== undefined) {
    append(draft, opt);
    count.additional += 1;
  }
  const bytes = Uint8Array.from(draft.octets);
  const flags = whole ? message.flags : { ...message.flags, truncated: true };
  writeHeader(bytes, message.id, flags, { question: message.question === undefined ? 0 : 1, ...count });
  return { bytes, whole };
};

/** @throws RangeError where the message is longer than 65535 octets or a record's RDATA does not fit its type. */
export const buildMessage = (message: WireMessage): Uint8Array => {
  const { bytes, whole } = buildFitting(message);
  if (!whole) throw new RangeError(`more than ${MESSAGE_OCTETS_MAX} octets in one message`);
  return bytes;
};
