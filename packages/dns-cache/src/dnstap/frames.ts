import { utf8Octets } from '../message/character-string.ts';
import { concatenate, sameOctets } from '../message/octets.ts';

/*
 * Frame Streams (https://github.com/farsightsec/fstrm, fstrm/control.h): a length before each frame; a length of 0 escapes a frame of
 * control, with a length and a type of its own, and fields.
 */

/** What travels in our streams (dnstap.info). */
const CONTENT_TYPE = 'protobuf:dnstap.Dnstap';

const CONTROL = { accept: 1, start: 2, stop: 3, ready: 4, finish: 5 } as const;

export type ControlFrame = keyof typeof CONTROL;

const FIELD_CONTENT_TYPE = 1;
const LENGTH_OCTETS = 4;
/** fstrm/control.h, FSTRM_CONTROL_FRAME_LENGTH_MAX. */
const CONTROL_OCTETS_MAX = 512;

const fromU32 = (...values: readonly number[]): Uint8Array => {
  const octets = new Uint8Array(values.length * LENGTH_OCTETS);
  const view = new DataView(octets.buffer);
  for (const [place, value] of values.entries()) view.setUint32(place * LENGTH_OCTETS, value);
  return octets;
};

const NAME = utf8Octets(CONTENT_TYPE);

/** Those that agree on what travels name it. */
export const controlFrame = (kind: ControlFrame): Uint8Array => {
  const names = kind === 'stop' || kind === 'finish' ? [] : [fromU32(FIELD_CONTENT_TYPE, NAME.length), NAME];
  const body = concatenate([fromU32(CONTROL[kind]), ...names]);
  return concatenate([fromU32(0, body.length), body]);
};

export const dataFrame = (payload: Uint8Array): Uint8Array => concatenate([fromU32(payload.length), payload]);

/** What the other side has said; `wrong` where that is no frame of control, or about something else than dnstap. */
export type Heard = ControlFrame | 'wrong';

const kindOf = (number: number): Heard => (Object.keys(CONTROL) as ControlFrame[]).find((kind) => CONTROL[kind] === number) ?? 'wrong';

/** The content types that a frame of control names; none is any. */
const namesDnstap = (body: Uint8Array): boolean => {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const names: Uint8Array[] = [];
  for (let at = LENGTH_OCTETS; at + 2 * LENGTH_OCTETS <= body.length; ) {
    const length = view.getUint32(at + LENGTH_OCTETS);
    const start = at + 2 * LENGTH_OCTETS;
    if (view.getUint32(at) === FIELD_CONTENT_TYPE) names.push(body.subarray(start, start + length));
    at = start + length;
  }
  return names.length === 0 || names.some((name) => sameOctets(name, NAME));
};

/** Cuts what the other side says into frames of control; it has nothing else to say. */
export const createControlReader = (): ((octets: Uint8Array) => readonly Heard[]) => {
  let rest: Uint8Array = new Uint8Array();
  return (octets) => {
    rest = concatenate([rest, octets]);
    const heard: Heard[] = [];
    while (rest.length >= 2 * LENGTH_OCTETS) {
      const view = new DataView(rest.buffer, rest.byteOffset, rest.length);
      const length = view.getUint32(LENGTH_OCTETS);
      if (view.getUint32(0) !== 0 || length < LENGTH_OCTETS || length > CONTROL_OCTETS_MAX) return [...heard, 'wrong'];
      const end = 2 * LENGTH_OCTETS + length;
      if (rest.length < end) break;
      const body = rest.subarray(2 * LENGTH_OCTETS, end);
      heard.push(namesDnstap(body) ? kindOf(view.getUint32(2 * LENGTH_OCTETS)) : 'wrong');
      rest = rest.slice(end);
    }
    return heard;
  };
};
