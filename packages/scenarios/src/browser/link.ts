import { readInput } from '../playground/input.ts';
import type { PlaygroundInput } from '../playground/input.ts';

/* An input as the part of a link behind its #: JSON, compressed, in the letters that a link may have. */

const through = async (octets: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await new Response(new Blob([octets]).stream().pipeThrough(stream)).arrayBuffer());

export const packInput = async (input: PlaygroundInput): Promise<string> => {
  const packed = await through(new TextEncoder().encode(JSON.stringify(input)), new CompressionStream('deflate-raw'));
  let text = '';
  for (const octet of packed) text += String.fromCharCode(octet);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
};

/** `undefined` where it is none, or was cut off on its way. */
export const unpackInput = async (packed: string): Promise<PlaygroundInput | undefined> => {
  const octets = /^[\w-]+$/.test(packed) ? octetsOf(packed) : undefined;
  // Octets that are no such stream end it; with which error is each browser's own business.
  const text = octets === undefined ? undefined : await through(octets, new DecompressionStream('deflate-raw')).then((plain) => new TextDecoder().decode(plain), () => undefined);
  return text === undefined ? undefined : readInput(text);
};

const octetsOf = (packed: string): Uint8Array<ArrayBuffer> | undefined => {
  // The only length that no octets have.
  if (packed.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(packed.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
};
