import type { Endpoint } from '../../address.ts';
import { readIp } from '../../address.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Destination, Policy } from './setup.ts';

/** The `nameserver` lines of a file in the form of resolv.conf; nothing else in it matters here. */
const readNameservers = (text: string): readonly Endpoint[] =>
  text.split('\n').flatMap((line) => {
    const [keyword, server = ''] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    const address = keyword === 'nameserver' ? readIp(server) : undefined;
    return address === undefined ? [] : [{ address, port: 53 }];
  });

const fromFile = (
  destination: Extract<Destination, { kind: 'file' }>,
  readFile: (path: string) => string,
): readonly Endpoint[] => {
  const { path, position } = destination;
  let text: string;
  try {
    text = readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    throw new CorefileError(position, `not an IP address or file: '${path}'${reason}`, 'host names are not built yet');
  }
  const found = readNameservers(text);
  if (found.length === 0) throw new CorefileError(position, `no nameservers found in '${path}'`);
  return found;
};

/** Every upstream once, in the order of the Corefile. @throws CorefileError for a file that gives none. */
export const resolveUpstreams = (
  destinations: readonly Destination[],
  readFile: (path: string) => string,
): readonly Endpoint[] => {
  const found = new Map<string, Endpoint>();
  for (const destination of destinations) {
    const endpoints = destination.kind === 'endpoint' ? [destination.endpoint] : fromFile(destination, readFile);
    for (const endpoint of endpoints) found.set(`${endpoint.address} ${endpoint.port}`, endpoint);
  }
  return [...found.values()];
};

/** The order in which to try the upstreams for one query (CoreDNS plugin/forward/policy.go). */
export type Picker = () => readonly Endpoint[];

const shuffled = (upstreams: readonly Endpoint[], random: () => number): readonly Endpoint[] => {
  const order = [...upstreams];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [order[last], order[other]];
    if (a === undefined || b === undefined) continue;
    order[last] = b;
    order[other] = a;
  }
  return order;
};

export const createPicker = (policy: Policy, upstreams: readonly Endpoint[], random: () => number): Picker => {
  let turn = 0;
  switch (policy) {
    case 'sequential':
      return () => upstreams;
    case 'random':
      return () => shuffled(upstreams, random);
    case 'round_robin':
      return () => {
        // The counter is raised before it is used: the second upstream is the first to go first.
        turn = (turn + 1) % upstreams.length;
        const first = upstreams[turn];
        return first === undefined ? [] : [first, ...upstreams.filter((_, index) => index !== turn)];
      };
  }
};
