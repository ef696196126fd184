import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINUX_6_18 } from '../../src/kernel-version.ts';
import type { Family, Route } from '@nodelocal/netfilter-sim';
import { familyOf, printPrefix } from '@nodelocal/netfilter-sim';
import { readAddresses } from '../../src/snapshot/addresses.ts';
import { derivedRoutes } from '../../src/snapshot/derived-routes.ts';
import { readRoutes } from '../../src/snapshot/routes.ts';
import { inNamespace, skipped, whyNot } from '../support/namespace.ts';

/** Addresses are asked of the neighbours' once, without waiting. */
const SET_UP = `set -e
sysctl -qw net.ipv6.conf.default.dad_transmits=0 net.ipv6.conf.default.router_solicitation_delay=0
ip link set lo up
ip link add va type veth peer name vb
ip link add br0 type bridge
`;

const PRINT = `sleep 0.2; echo ---; ip -j addr; echo ---; ip -j -N route show table all; echo ---; ip -j -N -6 route show table all`;

const one = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const device = one('va', 'vb', 'br0', 'lo');

const ipv4 = fc
  .record({
    to: device,
    address: one('10.0.0.1', '10.0.0.2', '10.0.0.255', '10.0.0.0', '10.0.1.7', '192.0.2.1', '0.0.0.5', '127.0.0.5'),
    length: one(8, 16, 24, 30, 31, 32),
    peer: one('', '', '', ' peer 10.8.0.1/32', ' peer 10.8.0.0/24', ' peer 10.9.0.9/31'),
    more: one('', '', '', ' brd +', ' brd 10.0.0.99', ' noprefixroute', ' metric 50', ' scope link', ' scope host'),
  })
  .map(({ to, address, length, peer, more }) => `ip addr add ${address}${peer === '' ? `/${length}` : peer}${more} dev ${to}`);

const ipv6 = fc
  .record({
    to: device,
    address: one('fd00::1', 'fd00::2', 'fd00:0:0:1::', 'fe80::7', '2001:db8::9'),
    length: one(10, 48, 64, 126, 127, 128),
    peer: one('', '', '', '', ' peer fd00:8::1/128', ' peer fd00:8::/64'),
    more: one('', '', '', ' noprefixroute', ' metric 50', ' nodad', ' scope host'),
  })
  .map(({ to, address, length, peer, more }) => {
    // A peer that was named while the link was down gets no route, not even later; that is not to be seen.
    const up = peer === '' ? '' : `ip link set ${to} up; `;
    return `${up}ip -6 addr add ${address}${peer === '' ? `/${length}` : peer}${more} dev ${to}`;
  });

const link = fc.tuple(one('va', 'vb', 'br0'), one('up', 'up', 'down')).map(([name, state]) => `ip link set ${name} ${state}`);
const forwarding = one(0, 1).map((on) => `sysctl -qw net.ipv6.conf.all.forwarding=${on}`);

const printRoute = ({ type, destination, table, metric, scope, preferredSource, nextHops }: Route): string =>
  [type, printPrefix(destination), `table ${table} metric ${metric}`, ...(familyOf(destination.address) === 'ipv4' ? [`scope ${scope} src ${preferredSource ?? '-'}`] : []), ...nextHops.map((hop) => hop.device)].join(' ');

/**
 * Whether a link without a carrier has got its route for groups depends on what came first; what a
 * device says of itself later does not tell.
 */
const decided =
  (addresses: string) =>
  (line: string): boolean => {
    const devices = JSON.parse(addresses) as readonly { readonly ifname: string; readonly flags: readonly string[] }[];
    const dark = devices.filter(({ flags }) => !flags.includes('LOWER_UP')).map(({ ifname }) => ifname);
    return !line.startsWith('multicast') || !dark.some((name) => line.endsWith(` ${name}`));
  };

const why = whyNot(`${SET_UP}${PRINT}`);

describe.skipIf(why !== undefined)(`routes made of addresses${skipped(why)}`, () => {
  it('are those that the kernel makes', () => {
    const steps = fc.tuple(fc.array(fc.oneof({ weight: 3, arbitrary: ipv4 }, { weight: 3, arbitrary: ipv6 }, { weight: 4, arbitrary: link }), { minLength: 1, maxLength: 12 }), forwarding);
    fc.assert(
      fc.property(steps, ([commands, forward]) => {
        // What the kernel refuses (an address that is there already) changes nothing.
        const script = `${SET_UP}${[forward, ...commands].map((command) => `${command} 2> /dev/null || true`).join('\n')}\n${PRINT}`;
        const [, addresses = '', both = '', second = ''] = inNamespace(script).stdout.split('---\n');
        const interfaces = readAddresses('ip-addr.json', addresses);
        const kernel = (family: Family): readonly string[] =>
          readRoutes('routes', family === 'ipv4' ? both : second, family)
            .filter(({ destination }) => familyOf(destination.address) === family)
            .map(printRoute)
            .filter(decided(addresses))
            .sort();
        const model = (family: Family): readonly string[] =>
          derivedRoutes(interfaces, family, { version: LINUX_6_18, ipv6Forwarding: forward.endsWith('1') })
            .map(printRoute)
            .filter(decided(addresses))
            .sort();
        expect({ addresses, ipv4: model('ipv4') }).toEqual({ addresses, ipv4: kernel('ipv4') });
        expect({ addresses, ipv6: model('ipv6') }).toEqual({ addresses, ipv6: kernel('ipv6') });
      }),
      { seed: 12, numRuns: 40 },
    );
  });
});
