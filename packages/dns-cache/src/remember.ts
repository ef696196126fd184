/**
 * Makes something of each object once. Most questions are about the same object as the one before, and cost a comparison.
 */
export const rememberByIdentity = <Key extends object, Value>(make: (key: Key) => Value): ((key: Key) => Value) => {
  const known = new WeakMap<Key, { readonly value: Value }>();
  let lastKey: Key | undefined;
  let last: { readonly value: Value } | undefined;
  return (key) => {
    if (last !== undefined && key === lastKey) return last.value;
    const found = known.get(key) ?? { value: make(key) };
    known.set(key, found);
    [lastKey, last] = [key, found];
    return found.value;
  };
};

/** So many texts are kept: the addresses of a node's pods, and then some. */
const TEXTS_MAX = 4096;

/** Makes something of a text, and keeps it for when that comes again. */
export const rememberByText = <Value>(make: (text: string) => Value): ((text: string) => Value) => {
  const known = new Map<string, { readonly value: Value }>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found.value;
    if (known.size >= TEXTS_MAX) known.clear();
    const value = make(text);
    known.set(text, { value });
    return value;
  };
};
