import { octetsText, plainAddress } from '../../address.ts';

/** Where a UDP socket of this node is bound. */
export interface BoundSocket {
  /** Either order of octets: which of them is meant depends on the machine, and a reader keeps what may be in use. */
  readonly addresses: readonly [littleEndian: string, bigEndian: string];
  readonly port: number;
}

const octetsOf = (hex: string): readonly number[] => (hex.match(/../g) ?? []).map((octet) => Number.parseInt(octet, 16));

/** The kernel prints each 32 bits of an address as a number of its own byte order (net/ipv4/udp.c, udp4_format_sock; net/ipv6/udp.c). */
const swapped = (octets: readonly number[]): readonly number[] =>
  Array.from({ length: octets.length / 4 }, (_, group) => octets.slice(group * 4, group * 4 + 4).toReversed()).flat();

/** The text of `/proc/net/udp` or `/proc/net/udp6`. */
export const readBoundSockets = (text: string): readonly BoundSocket[] =>
  text.split('\n').flatMap((line) => {
    const found = /^\s*\d+: ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) /i.exec(line);
    if (found === null) return [];
    const octets = octetsOf(found[1] ?? '');
    const text = (octets: readonly number[]): string => plainAddress(octetsText(octets));
    return [{ addresses: [text(swapped(octets)), text(octets)], port: Number.parseInt(found[2] ?? '', 16) }];
  });

/**
 * The addresses at which somebody serves one of these ports; an agent has other ports there too. A socket on all addresses does
 * not count: node-cache and we bind each address by itself, and a name server of the node that listens everywhere says nothing
 * of who wanted the rules.
 */
export const servedAddresses = (
  sockets: readonly BoundSocket[],
  places: readonly { readonly address: string; readonly port: number | undefined }[],
): ReadonlySet<string> =>
  new Set(
    places
      .filter((place) => sockets.some(({ addresses, port }) => port === place.port && addresses.includes(plainAddress(place.address))))
      .map(({ address }) => address),
  );
