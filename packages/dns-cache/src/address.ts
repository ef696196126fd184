/** IP addresses as this package needs them: is a text one, and in which spelling do two of them compare. */

const isIpv4 = (text: string): boolean => {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255);
};

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

/** The eight groups of an IPv6 address. */
export const ipv6Groups = (text: string): readonly number[] | undefined => {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '');
  let tail = groupsOf(halves[1] ?? '');
  const last = (halves.length === 2 ? tail : head).at(-1);
  const parts = [...head, ...tail];
  if (last?.includes('.') === true) {
    if (!isIpv4(last)) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = last.split('.').map(Number);
    const embedded = [((a << 8) | b).toString(16), ((c << 8) | d).toString(16)];
    if (halves.length === 2) tail = [...tail.slice(0, -1), ...embedded];
    else return ipv6Groups([...parts.slice(0, -1), ...embedded].join(':'));
  }
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const all = [...head, ...Array.from({ length: gap }, () => '0'), ...tail];
  if (!all.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return all.map((group) => Number.parseInt(group, 16));
};

/** The longest run of zero groups, the first of equals, at least two (RFC 5952 §4.2). */
const longestGap = (groups: readonly number[]): { readonly start: number; readonly length: number } => {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  return best;
};

/** The address in its canonical spelling (RFC 5952), its zone kept; `undefined` where the text is none. */
export const readIp = (text: string): string | undefined => {
  if (isIpv4(text)) return text;
  const [address = '', ...zone] = text.split('%');
  if (!address.includes(':') || zone.length > 1 || zone[0] === '') return undefined;
  const groups = ipv6Groups(address);
  if (groups === undefined) return undefined;
  const suffix = zone.length === 1 ? `%${zone[0] ?? ''}` : '';
  const hex = groups.map((group) => group.toString(16));
  const { start, length } = longestGap(groups);
  if (length < 2) return `${hex.join(':')}${suffix}`;
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}${suffix}`;
};

/** The eight or four groups of bits of an address, for reverse zones: 4-bit nibbles or octets, highest first. */
export const reverseLabels = (address: string): readonly string[] | undefined => {
  if (isIpv4(address)) return address.split('.');
  const groups = ipv6Groups(address);
  return groups?.flatMap((group) => group.toString(16).padStart(4, '0').split(''));
};

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** `10.0.0.1:53`, `[2001:db8::1]:53`. */
export const endpointText = (endpoint: Endpoint): string =>
  endpoint.address.includes(':') ? `[${endpoint.address}]:${endpoint.port}` : `${endpoint.address}:${endpoint.port}`;

export const readPort = (text: string): number | undefined => {
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65535 ? port : undefined;
};
