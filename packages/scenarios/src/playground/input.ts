import { NODE_FILES } from '@nodelocal/netfilter-sim';

/** What somebody put into the playground; all of it fits into a link. */
export interface PlaygroundInput {
  /** Texts by the names of a node folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly ask: Ask;
  /** What chance decides. */
  readonly seed: number;
}

/** A packet in netfilter-sim's notation, or a name that a pod looks up. */
type Ask = { readonly kind: 'packet'; readonly text: string } | { readonly kind: 'lookup'; readonly name: string };

/** All names that a node folder can have; the last two are read by a lookup only. */
export const KNOWN_FILES: readonly string[] = [...NODE_FILES, 'corefile', 'resolv.conf'];

/** `undefined` where the text is no input, as a link that was cut off is none. */
export const readInput = (json: string): PlaygroundInput | undefined => {
  const value = parse(json);
  if (!isObject(value)) return undefined;
  const { files, ask, seed } = value;
  if (!isObject(files) || !Object.values(files).every((text) => typeof text === 'string')) return undefined;
  const read = isObject(ask) ? readAsk(ask) : undefined;
  if (read === undefined || typeof seed !== 'number' || !Number.isInteger(seed) || seed < 0) return undefined;
  return { files: files as Readonly<Record<string, string>>, ask: read, seed };
};

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const readAsk = ({ kind, text, name }: Readonly<Record<string, unknown>>): Ask | undefined => {
  if (kind === 'packet' && typeof text === 'string') return { kind, text };
  return kind === 'lookup' && typeof name === 'string' ? { kind, name } : undefined;
};
