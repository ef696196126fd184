import * as fc from 'fast-check';
import { address, readKernelVersion, readNode, routeGetText } from '@nodelocal/netfilter-sim';
import type { Host, Ipv4, NodeFile, RouteQuery } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { inNamespace, skipped, whyNot } from '../support/namespace.ts';

const RULES = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';
const hostWith = (contents: Readonly<Partial<Record<NodeFile, string>>>): Host =>
  readNode({ folder: 'here', contents: { 'iptables-save.txt': RULES, ...contents } }).host;

/** Words as behind `ip route get`. */
const readQuery = (text: string): RouteQuery => {
  const [destination = '', ...words] = text.split(' ');
  const value = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  const [source, inDevice, outDevice] = [value('from'), value('iif'), value('oif')];
  return {
    destination: address(destination) as Ipv4,
    mark: Number(value('mark') ?? 0),
    tos: Number(value('tos') ?? 0),
    ...(source === undefined ? {} : { source: address(source) as Ipv4 }),
    ...(inDevice === undefined ? {} : { inDevice }),
    ...(outDevice === undefined ? {} : { outDevice }),
  };
};

const DUMPS = { 'ip-addr.json': 'ip -j addr', 'ip-route.json': 'ip -j -N route show table all', 'ip-rule.json': 'ip -j rule' } as const;

/** What the kernel answers to each query, and the host as its own tools print it. */
const onKernel = (setUp: readonly string[], queries: readonly string[]): { readonly host: Host; readonly answers: readonly string[] } => {
  const script = [
    'exec 2>/dev/null',
    ...setUp,
    ...Object.values(DUMPS).flatMap((dump) => [dump, 'echo END']),
    String.raw`sysctl -a -r '^net\.ipv4\.(conf\..*|ip_forward)'`,
    'echo END',
    ...queries.flatMap((query) => [`ip route get ${query} 2>&1`, 'echo END']),
  ].join('\n');
  const { stdout } = inNamespace(script);
  const [addresses = '', routes = '', rules = '', sysctls = '', ...answers] = stdout.split('END\n');
  const host = hostWith({ 'ip-addr.json': addresses, 'ip-route.json': routes, 'ip-rule.json': rules, 'sysctl.txt': sysctls });
  return { host, answers: answers.slice(0, -1) };
};

const DEVICES = ['eth0', 'eth1', 'eth2'] as const;
const LINKS = [
  'ip link set lo up',
  ...DEVICES.flatMap((name) => [`ip link add ${name} type veth peer name p${name}`, `ip link set ${name} up`, `ip link set p${name} up`]),
];

const some = (values: readonly string[], from = 0): fc.Arbitrary<readonly string[]> => fc.subarray([...values], { minLength: from });
const pick = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

const SOURCES = ['10.0.0.2', '10.0.0.3', '10.1.0.2', '10.0.0.77', '10.1.0.77', '9.9.9.9', '127.0.0.1', '0.0.0.0', '224.0.0.9', '0.1.2.3', '10.9.9.9'];
const DESTINATIONS = [
  ...SOURCES, '8.8.8.8', '10.0.0.255', '10.1.255.255', '10.2.0.1', '10.3.0.1', '10.4.0.1', '10.5.0.1', '10.6.0.1', '10.7.0.1', '10.8.0.1',
  '192.168.7.1', '169.254.9.1', '224.0.0.1', '239.1.1.1', '255.255.255.255', '127.0.0.5',
];

interface Settings {
  readonly addresses: readonly string[];
  readonly routes: readonly string[];
  readonly rules: readonly string[];
  readonly forwarding: number;
  readonly sysctls: readonly string[];
  readonly down: readonly string[];
}

const settings: fc.Arbitrary<Settings> = fc.record({
  addresses: some(['10.0.0.2/24 dev eth0', '10.0.0.3/24 dev eth0', '10.1.0.2/16 dev eth1', '192.168.7.1/32 dev eth2', '169.254.9.9/24 dev eth1 scope link', '10.9.9.9/32 dev lo'], 1),
  // No two routes alike but for the prefix: they would share what the kernel keeps of the last answer.
  routes: some([
    'default via 10.0.0.1', 'default via 10.1.0.1 metric 50', '10.2.0.0/16 dev eth2 realms 5', '10.3.0.0/16 via 10.1.0.9 src 10.0.0.2',
    '10.3.0.0/16 via 10.0.0.9 tos 0x10', 'unreachable 10.4.0.0/16', 'prohibit 10.5.0.0/16', 'blackhole 10.6.0.0/16', 'throw 10.7.0.0/16',
    'local 10.8.0.0/16 dev lo', 'broadcast 10.8.1.0/24 dev eth0', '10.0.0.64/26 dev eth1', '10.1.128.0/17 dev eth1 realms 3/7', '10.0.0.76/30 dev eth0 realms 6/2', '8.8.0.0/16 via 10.0.0.8 realms 1/4', 'default dev eth2 table 102', '10.2.0.0/16 via 10.0.0.6 table 102 realms 8', '9.0.0.0/8 dev eth1 scope link', '224.0.0.0/4 dev eth2 metric 7',
    'default dev eth2 table 100', 'unreachable 8.0.0.0/8 table 100', 'local 9.9.9.0/24 dev lo table 100', '10.2.0.0/16 via 10.0.0.5 table 101', 'throw default table 101',
  ]),
  rules: fc.oneof(
    { weight: 1, arbitrary: fc.constant<readonly string[]>([]) },
    { weight: 2, arbitrary: some([
      'fwmark 0x5 lookup 100 prio 100', 'fwmark 0x1/0x3 lookup 101 prio 101', 'from 10.0.0.3 lookup 100 prio 102', 'to 10.2.0.0/16 lookup 101 prio 103',
      'iif eth0 lookup 101 prio 104', 'oif eth1 lookup 100 prio 105', 'tos 0x10 lookup 100 prio 106', 'not to 10.0.0.0/8 lookup 101 prio 107',
      'ipproto udp lookup 101 prio 108', 'to 10.3.0.0/16 prohibit prio 109', 'to 8.8.8.8 goto 32766 prio 99', 'lookup main suppress_prefixlength 0 prio 110', 'iif lo lookup 100 prio 111',
      // Of rules that lead to one table with different realms the first that was used would decide.
      'to 10.0.0.0/15 lookup 102 prio 112 realms 11/12', 'from 10.0.0.77 lookup 102 prio 113 realms 11/12',
    ]) },
  ),
  forwarding: pick(0, 1, 1, 1),
  sysctls: some(['conf.all.rp_filter=1', 'conf.eth0.rp_filter=2', 'conf.eth1.rp_filter=1', 'conf.eth0.route_localnet=1', 'conf.eth1.accept_local=1', 'conf.all.send_redirects=0', 'conf.eth0.send_redirects=0']),
  down: some(['eth1']),
});

const query = fc
  .record({
    destination: pick(...DESTINATIONS),
    way: fc.oneof(
      fc.constant(''),
      pick(...SOURCES).map((from) => ` from ${from}`),
      fc.tuple(pick(...SOURCES), pick(...DEVICES)).map(([from, device]) => ` from ${from} iif ${device}`),
    ),
    oif: pick('', '', '', ' oif eth0', ' oif eth1', ' oif lo'),
    mark: pick('', '', ' mark 5', ' mark 0x11'),
    tos: pick('', '', ' tos 0x10', ' tos 0x08'),
  })
  .map(({ destination, way, oif, mark, tos }) => `${destination}${way}${way.includes('iif') ? '' : oif}${mark}${tos}`);

const commandsOf = ({ addresses, routes, rules, forwarding, sysctls, down }: Settings): readonly string[] => [
  ...LINKS,
  // Both switch every device at once, so what is said of one comes behind.
  'sysctl -qw net.ipv4.conf.all.rp_filter=0',
  ...DEVICES.map((name) => `sysctl -qw net.ipv4.conf.${name}.rp_filter=0`),
  `sysctl -qw net.ipv4.ip_forward=${forwarding}`,
  ...sysctls.map((setting) => `sysctl -qw net.ipv4.${setting}`),
  ...addresses.map((one) => `ip addr add ${one}`),
  ...routes.map((one) => `ip route add ${one}`),
  ...rules.map((one) => `ip rule add ${one}`),
  ...down.map((name) => `ip link set ${name} down`),
];

/** Nobody is redirected by a device without an address, unless the best way back is by it. */
const ONCE_WRONG: [Settings, string[]][] = [
  [
    { addresses: ['10.1.0.2/16 dev eth1'], routes: ['10.0.0.76/30 dev eth0', 'default dev eth2 table 102'], rules: ['to 10.0.0.0/15 lookup 102 prio 112'], forwarding: 1, sysctls: [], down: [] },
    ['10.0.0.2 from 10.0.0.77 iif eth2'],
  ],
];

const why = whyNot([...LINKS, 'ip -j -N route show table all', 'sysctl -a -r ip_forward'].join(' && '));

describe.skipIf(why !== undefined)(`ip route get on this kernel${skipped(why)}`, () => {
  const answer = (host: Host, text: string): string => routeGetText(host, readQuery(text)).text;

  it('is printed as it prints it', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(settings, fc.array(query, { minLength: 1, maxLength: 12 }), (setting, queries) => {
        const { host, answers } = onKernel(commandsOf(setting), queries);
        expect(queries.map((text) => [text, answer(host, text)])).toEqual(queries.map((text, at) => [text, answers[at]]));
      }),
      { numRuns: Number(process.env['KERNEL_RUNS'] ?? 15), examples: ONCE_WRONG },
    );
  });
});

/** A node of Kubernetes, and what `ip route get` printed there on Linux 6.18. */
describe('ip route get on a recorded node', () => {
  const host = (rules: string, kernel = '6.18'): Host => {
    const { host: found } = readNode(
      {
        folder: 'here',
        contents: {
          'iptables-save.txt': RULES,
          'ip-addr.json': JSON.stringify(
            [['lo', '127.0.0.1', 8, 'host'], ['eth0', '172.18.0.2', 16, 'global'], ['nodelocaldns', '10.96.0.10', 32, 'global'], ['cali1'], ['cali3']].map(
              ([ifname, local, prefixlen, scope], at) => ({
                ifindex: at + 1,
                ifname,
                flags: ifname === 'nodelocaldns' ? [] : ifname === 'lo' ? ['LOOPBACK', 'UP'] : ['UP'],
                addr_info: local === undefined ? [] : [{ local, prefixlen, scope }],
              }),
            ),
          ),
          'ip-route.json': JSON.stringify([
            { dst: 'default', gateway: '172.18.0.1', dev: 'eth0' },
            { dst: '172.18.0.0/16', dev: 'eth0', scope: 'link', prefsrc: '172.18.0.2' },
            { dst: '10.0.0.6', dev: 'cali3', scope: 'link', prefsrc: '172.18.0.2' },
            { dst: '10.2.3.4', dev: 'cali1', scope: 'link' },
            { type: 'unreachable', dst: '10.8.0.0/16' },
            { type: 'prohibit', dst: '10.9.0.0/16' },
            { type: 'local', dst: '10.96.0.10', dev: 'nodelocaldns', table: 'local', scope: 'host', prefsrc: '10.96.0.10' },
            { type: 'local', dst: '172.18.0.2', dev: 'eth0', table: 'local', scope: 'host', prefsrc: '172.18.0.2' },
            { type: 'broadcast', dst: '172.18.255.255', dev: 'eth0', table: 'local', scope: 'link', prefsrc: '172.18.0.2' },
            { type: 'local', dst: '8.8.0.0/16', dev: 'lo', table: '100', scope: 'host' },
          ]),
          'ip-rule.json': rules,
          'sysctl.txt': 'net.ipv4.ip_forward = 1\n',
        },
      },
      { kernelVersion: readKernelVersion(kernel) ?? { major: 6, minor: 18 } },
    );
    return found;
  };
  const plain = '[{"priority":0,"src":"all","table":"local"},{"priority":32766,"src":"all","table":"main"},{"priority":32767,"src":"all","table":"default"}]';
  const custom = '[{"priority":0,"src":"all","table":"local"},{"priority":100,"src":"all","fwmark":"0x1","table":"100"},{"priority":32766,"src":"all","table":"main"},{"priority":32767,"src":"all","table":"default"}]';

  it.each([
    [plain, '10.96.0.10', 'local 10.96.0.10 dev lo src 10.96.0.10 uid 0 \n    cache <local> \n'],
    [custom, '10.96.0.10', 'local 10.96.0.10 dev lo table local src 10.96.0.10 uid 0 \n    cache <local> \n'],
    [plain, '10.0.0.6', '10.0.0.6 dev cali3 src 172.18.0.2 uid 0 \n    cache \n'],
    [plain, '8.8.8.8', '8.8.8.8 via 172.18.0.1 dev eth0 src 172.18.0.2 uid 0 \n    cache \n'],
    [plain, '8.8.8.8 from 172.18.0.2', '8.8.8.8 from 172.18.0.2 via 172.18.0.1 dev eth0 uid 0 \n    cache \n'],
    [plain, '10.0.0.6 from 10.2.3.4 iif cali1', '10.0.0.6 from 10.2.3.4 dev cali3 \n    cache iif cali1 \n'],
    [plain, '10.96.0.10 from 10.2.3.4 iif cali1', 'local 10.96.0.10 from 10.2.3.4 dev lo \n    cache <local> iif cali1 \n'],
    [custom, '8.8.8.8 mark 1', 'local 8.8.8.8 dev lo table 100 src 8.8.8.8 mark 1 uid 0 \n    cache <local> \n'],
    [plain, '172.18.255.255', 'broadcast 172.18.255.255 dev eth0 src 172.18.0.2 uid 0 \n    cache <local,brd> \n'],
    [custom, '172.18.255.255', 'broadcast 172.18.255.255 dev eth0 table local src 172.18.0.2 uid 0 \n    cache <local,brd> \n'],
    [plain, '10.8.0.1', 'RTNETLINK answers: No route to host\n'],
    [plain, '10.9.0.1', 'RTNETLINK answers: Permission denied\n'],
    [plain, '8.8.8.8 from 1.2.3.4', 'RTNETLINK answers: Network is unreachable\n'],
    [plain, '8.8.8.8 from 127.0.0.1 iif cali1', 'RTNETLINK answers: Invalid argument\n'],
  ] as const)('%#: %3$s', (rules, text, expected) => {
    expect(routeGetText(host(rules), readQuery(text)).text).toBe(expected);
  });

  it('names the failure of rp_filter, before 6.13', () => {
    const strict = (kernel: string): Host => {
      const base = host(plain, kernel);
      return { ...base, sysctls: { ...base.sysctls, ipv4: { ...base.sysctls.ipv4, all: { ...base.sysctls.ipv4.all, rpFilter: 1 } } } };
    };
    const text = '8.8.8.8 from 10.0.0.6 iif cali1';
    expect(routeGetText(strict('6.1'), readQuery(text)).text).toBe('RTNETLINK answers: Invalid cross-device link\n');
    expect(routeGetText(strict('6.18'), readQuery(text)).text).toBe('RTNETLINK answers: Invalid argument\n');
  });
});
