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

const IPV4_MAPPED = [0, 0, 0, 0, 0, 0xffff];

/** The 4 or 16 octets of an address, its zone left out; 4 also where an IPv6 address stands for an IPv4 one. */
export const addressOctets = (text: string): readonly number[] | undefined => {
  if (isIpv4(text)) return text.split('.').map(Number);
  const [address = ''] = text.split('%');
  const groups = address.includes(':') ? ipv6Groups(address) : undefined;
  if (groups === undefined) return undefined;
  const octets = groups.flatMap((group) => [group >>> 8, group & 255]);
  return IPV4_MAPPED.every((group, index) => groups[index] === group) ? octets.slice(12) : octets;
};

/** The canonical spelling of 4 or 16 octets. */
export const octetsText = (octets: readonly number[]): string => {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => {
    const [high = 0, low = 0] = octets.slice(index * 2, index * 2 + 2);
    return ((high << 8) | low).toString(16);
  });
  return readIp(groups.join(':')) ?? '';
};

/** The canonical spelling without a zone, of an IPv4 address where it stands for one; what is none stays as it is. */
export const plainAddress = (text: string): string => {
  const octets = addressOctets(text);
  return octets === undefined ? text : octetsText(octets);
};

/** The address that a reverse name stands for, in canonical spelling; `undefined` where it stands for none or for many. */
export const addressOfReverse = (name: string): string | undefined => {
  const labels = name.split('.');
  if (name.endsWith('.in-addr.arpa.') && labels.length === 7) return readIp(labels.slice(0, 4).toReversed().join('.'));
  if (!name.endsWith('.ip6.arpa.') || labels.length !== 35) return undefined;
  const nibbles = labels.slice(0, 32).toReversed();
  if (!nibbles.every((nibble) => /^[\da-f]$/.test(nibble))) return undefined;
  return octetsText(addressOctets((nibbles.join('').match(/.{4}/g) ?? []).join(':')) ?? []);
};

/** The addresses that share their first bits. */
export interface Network {
  readonly octets: readonly number[];
  /** How many: 0 to 32, or to 128. */
  readonly bits: number;
}

/** The bits of the octet at `index` that the first `bits` bits of an address reach. */
const octetMask = (bits: number, index: number): number => (0xff00 >>> Math.min(8, Math.max(0, bits - index * 8))) & 255;

/** `10.0.0.0/8`, `2001:db8::/32`; host bits are cleared. `undefined` where the text is none. */
export const readNetwork = (text: string): Network | undefined => {
  const [address = '', digits = '', ...more] = text.split('/');
  const octets = address.includes('%') ? undefined : addressOctets(address);
  if (octets === undefined || more.length > 0 || !/^\d{1,3}$/.test(digits)) return undefined;
  // The bits of an IPv4-mapped IPv6 network count from the front of the IPv6 address.
  const bits = Number(digits) - (octets.length === 4 && address.includes(':') ? 96 : 0);
  if (bits < 0 || bits > octets.length * 8) return undefined;
  return { octets: octets.map((octet, index) => octet & octetMask(bits, index)), bits };
};

export const networkHolds = ({ octets, bits }: Network, address: readonly number[]): boolean =>
  octets.length === address.length &&
  octets.every((octet, index) => octet === ((address[index] ?? 0) & octetMask(bits, index)));

export const networkText = ({ octets, bits }: Network): string => `${octetsText(octets)}/${bits}`;

/** An address with a port. */
export interface Endpoint {
  readonly address: string;
  /** 0 to 65535. */
  readonly port: number;
}

export const isIpv6 = ({ address }: Endpoint): boolean => address.includes(':');

/** `10.0.0.1:53`, `[2001:db8::1]:53`. */
export const endpointText = (endpoint: Endpoint): string =>
  isIpv6(endpoint) ? `[${endpoint.address}]:${endpoint.port}` : `${endpoint.address}:${endpoint.port}`;

export const readPort = (text: string): number | undefined => {
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65535 ? port : undefined;
};
