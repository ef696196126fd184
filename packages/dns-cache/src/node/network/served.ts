import type { ReadText } from '../read-text.ts';
import { readBoundSockets, servedAddresses } from '../rules/sockets.ts';

/** The addresses of these that somebody serves; all of them where that cannot be known. Asks only if there are any. */
export const servedAmong = async (
  readText: ReadText,
  places: readonly { readonly address: string; readonly port: number | undefined }[],
): Promise<ReadonlySet<string>> => {
  if (places.length === 0) return new Set();
  const ipv4 = await readText('/proc/net/udp');
  // A kernel without IPv6 has no such file.
  const ipv6 = await readText('/proc/net/udp6');
  if (ipv4 === undefined) return new Set(places.map(({ address }) => address));
  return servedAddresses([...readBoundSockets(ipv4), ...readBoundSockets(ipv6 ?? '')], places);
};
