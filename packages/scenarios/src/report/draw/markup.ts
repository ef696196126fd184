/** Text as it may stand between tags and in quoted attributes. */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** An element; attribute values are escaped, children are markup. */
export const element = (name: string, attributes: Readonly<Record<string, string | number>>, ...children: readonly string[]): string => {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(String(value))}"`);
  return `<${name}${written.join('')}>${children.join('')}</${name}>`;
};
