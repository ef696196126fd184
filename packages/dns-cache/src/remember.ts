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
