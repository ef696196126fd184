import type { Endpoint } from '../../address.ts';
import { readIp } from '../../address.ts';
import { resolvConfLines } from '../../directive/resolv-conf-lines.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { FileDestination } from './destination.ts';
import { DNS_PORT } from './destination.ts';
import { reasonOf } from '../../reason.ts';

/** The `nameserver` lines of a file in the form of resolv.conf; nothing else in it matters here. */
export const readNameservers = (text: string): readonly Endpoint[] =>
  resolvConfLines(text).flatMap(({ keyword, words: [server = ''] }) => {
    const address = keyword === 'nameserver' ? readIp(server) : undefined;
    return address === undefined ? [] : [{ address, port: DNS_PORT }];
  });

/** @throws CorefileError for a file that is not there or names nobody. */
export const readResolvConf = (
  { path, position }: FileDestination,
  readFile: (path: string) => string,
): readonly Endpoint[] => {
  let text: string;
  try {
    text = readFile(path);
  } catch (cause) {
    throw new CorefileError(position, `not an IP address or file: '${path}': ${reasonOf(cause)}`);
  }
  const found = readNameservers(text);
  if (found.length === 0) throw new CorefileError(position, `no nameservers found in '${path}'`);
  return found;
};
