import type { Routing } from '../fib/lookup.ts';
import { SCOPE } from '../fib/route.ts';
import { LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import type { Interface } from '../host/interface.ts';
import { loopbackAddress } from '../packet/address.ts';
import type { Family } from '../packet/address.ts';
import { readAddresses } from './addresses.ts';
import type { RouteMaking } from './derived-routes.ts';
import { readGroups, withGroups } from './groups.ts';
import { mergeLinks, readLinks } from './link.ts';
import type { Note } from './note.ts';
import type { Read } from './reader.ts';
import { readRoutes } from './routes.ts';
import { routingOf } from './routing.ts';
import { readPolicyRules } from './rules.ts';

const ONLY_LOOPBACK: readonly Interface[] = [
  {
    index: 1,
    name: LOOPBACK,
    up: true,
    loopback: true,
    hardwareAddress: '00:00:00:00:00:00',
    mtu: 65_536,
    addresses: [{ address: loopbackAddress('ipv4'), prefixLength: 8, scope: SCOPE.host, secondary: false }],
  },
];

/** Devices, addresses, routes and policy rules. */
export const networkOf = (folder: string, read: Read, { notes, by }: { readonly notes: Note[]; readonly by: RouteMaking }): Pick<Host, 'interfaces' | 'routing'> => {
  const links = read(['ip-link.json', 'ip-link.txt'], readLinks);
  const addresses = read(['ip-addr.json', 'ip-addr.txt'], readAddresses) ?? (links === undefined ? ONLY_LOOPBACK : []);
  const devices = links === undefined ? addresses : mergeLinks(addresses, links);
  const interfaces = withGroups(devices, read(['ip-maddr.json'], readGroups));
  // `ip route show table all` prints both families; `ip -6 route`, where it is there, the second better.
  const both = read(['ip-route.json', 'ip-route.txt'], (file, found) => ({ file, routes: readRoutes(file, found, 'ipv4') }));
  const second = read(['ip-6-route.json', 'ip-6-route.txt'], (file, found) => ({ file, routes: readRoutes(file, found, 'ipv6') })) ?? both;
  const rules = { ipv4: read(['ip-rule.json', 'ip-rule.txt'], readPolicyRules), ipv6: read(['ip-6-rule.json', 'ip-6-rule.txt'], readPolicyRules) };
  const routing = (family: Family, file: string, given: typeof both): Routing =>
    routingOf(family, { file: `${folder}/${file}`, routes: [], rules: rules[family], ...given }, { interfaces, by, notes });
  return { interfaces, routing: { ipv4: routing('ipv4', 'ip-route.json', both), ipv6: routing('ipv6', 'ip-6-route.json', second) } };
};
