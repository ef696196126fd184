import type { FileContent } from './contents.ts';

export type KeyValue =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'no-value'; readonly reason: string };

const noValue = (reason: string): KeyValue => ({ kind: 'no-value', reason });

/** What a key of the ConfigMap says, as JSON; a key that is not there says `null`. */
export const readKey = (file: FileContent | undefined): KeyValue => {
  if (file === undefined) return { kind: 'value', value: null };
  if (file.kind === 'unreadable') return noValue(file.reason);
  if (file.text.trim() === '') return noValue('it is empty; write null, or remove the key');
  try {
    return { kind: 'value', value: JSON.parse(file.text) };
  } catch (error) {
    if (error instanceof SyntaxError) return noValue(`not JSON: ${error.message.replaceAll(/\s+/g, ' ')}`);
    throw error;
  }
};

/** Why a value is no list of servers. */
export const NO_LIST = 'not a list of addresses; write ["10.0.0.3"]';

export const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
