/** ASCII letters in lower case, as names compare (RFC 4343 §3). */
export const foldAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Does it end with a dot that is not part of a label (`\.`)? */
const isQualified = (text: string): boolean => /(?:^|[^\\])(?:\\\\)*\.$/.test(text);

/** With a final dot (miekg/dns, Fqdn). */
export const qualify = (text: string): string => (isQualified(text) ? text : `${text}.`);

/** Lower case, with a final dot (CoreDNS plugin/normalize.go, Name.Normalize). */
export const normalise = (text: string): string => qualify(foldAscii(text));
