import type { Endpoint } from '../address.ts';
import { ipv6Groups, readIp } from '../address.ts';

/** struct sockaddr_in and sockaddr_in6 of Linux: family in the machine's order, port in the network's. */
const AF_INET = 2;
const AF_INET6 = 10;
const SOCKADDR_IN_OCTETS = 16;
const SOCKADDR_IN6_OCTETS = 28;

/** How long the address at `at` is. */
export const socketAddressOctets = (view: DataView, at: number): number =>
  view.getUint16(at, true) === AF_INET ? SOCKADDR_IN_OCTETS : SOCKADDR_IN6_OCTETS;

/** An address that is written without an interface. `undefined` where it names one: then the kernel has to look it up. */
export const encodeSocketAddress = ({ address, port }: Endpoint): Uint8Array | undefined => {
  if (address.includes('%')) return undefined;
  const ipv4 = !address.includes(':');
  const octets = new Uint8Array(ipv4 ? SOCKADDR_IN_OCTETS : SOCKADDR_IN6_OCTETS);
  const view = new DataView(octets.buffer);
  view.setUint16(0, ipv4 ? AF_INET : AF_INET6, true);
  view.setUint16(2, port);
  if (ipv4) for (const [index, octet] of address.split('.').entries()) octets[4 + index] = Number(octet);
  else for (const [index, group] of (ipv6Groups(address) ?? []).entries()) view.setUint16(8 + 2 * index, group);
  return octets;
};

/** Five groups of nothing and one of ones: what an IPv6 socket calls an IPv4 peer (RFC 4291 §2.5.5.2). */
const isMapped = (view: DataView, at: number): boolean =>
  view.getUint32(at + 8) === 0 && view.getUint32(at + 12) === 0 && view.getUint32(at + 16) === 0xffff;

const ipv6Text = (view: DataView, at: number, interfaceName: (index: number) => string): string => {
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(at + 8 + 2 * index).toString(16));
  const text = readIp(groups.join(':')) ?? '::';
  const scope = view.getUint32(at + 24, true);
  return scope === 0 ? text : `${text}%${interfaceName(scope)}`;
};

/** So many addresses are kept as text: the pods of a node, and then some. */
const TEXTS_MAX = 4096;

/** Reads addresses; a client asks more than once, so that its text is kept. */
export const createAddressReader = (interfaceName: (index: number) => string): ((view: DataView, at: number) => Endpoint) => {
  const texts = new Map<number, string>();
  const ipv4Text = (number: number): string => {
    const known = texts.get(number);
    if (known !== undefined) return known;
    if (texts.size >= TEXTS_MAX) texts.clear();
    const text = [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
    texts.set(number, text);
    return text;
  };
  const addressText = (view: DataView, at: number): string => {
    if (view.getUint16(at, true) === AF_INET) return ipv4Text(view.getUint32(at + 4));
    return isMapped(view, at) ? ipv4Text(view.getUint32(at + 20)) : ipv6Text(view, at, interfaceName);
  };
  return (view, at) => ({ address: addressText(view, at), port: view.getUint16(at + 2) });
};

/** Whoever a socket name in memory that is used again belongs to; read only by those who want to know. */
interface Sender extends Endpoint {
  at: number;
}

export const createSender = (view: DataView, read: (view: DataView, at: number) => Endpoint): Sender => ({
  at: 0,
  get address() {
    return read(view, this.at).address;
  },
  get port() {
    return read(view, this.at).port;
  },
});
