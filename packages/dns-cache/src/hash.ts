/** FNV-1a of the first characters of a text, with a last stir, since the low bits are used for places. 32 bits. */
export const hashText = (text: string, length = text.length, seed = 0x811c9dc5): number => {
  let hash = seed;
  for (let at = 0; at < length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
};
