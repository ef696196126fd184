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
  if (!/^[\w-]+$/.test(packed)) return undefined;
  try {
    const text = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
    const octets = await through(Uint8Array.from(text, (letter) => letter.charCodeAt(0)), new DecompressionStream('deflate-raw'));
    return readInput(new TextDecoder().decode(octets));
  } catch (error) {
    // What atob and the stream say of letters or octets that are none of theirs.
    if (error instanceof DOMException || error instanceof TypeError) return undefined;
    throw error;
  }
};
