export type JsonReading =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'not-json'; readonly reason: string };

/** The value that a text is in JSON, or why it is none. */
export const readJson = (text: string): JsonReading => {
  if (text.trim() === '') return { kind: 'not-json', reason: 'it is empty; write null, or remove the key' };
  try {
    return { kind: 'value', value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'not-json', reason: `not JSON: ${error.message.replaceAll(/\s+/g, ' ')}` };
    throw error;
  }
};
