import type { NodeFile } from '@nodelocal/netfilter-sim';
import { flightFrom, readNode, run, seededChance } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { inNamespace, skipped, whyNot } from '../support/namespace.ts';
import { savedCounters } from '../support/saved-counters.ts';
import { STATEMENTS } from './live/statements.ts';

/** One packet in a namespace, and the counters of the rules that it met; the same by the model, from what the namespace's tools print. */
interface Case {
  readonly what: string;
  /** Makes the devices. */
  readonly setup: string;
  readonly rules: string;
  /** Python: sends the packet. */
  readonly send: string;
  readonly packet: string;
}

const TOOLS: Readonly<Partial<Record<NodeFile, string>>> = {
  'ip-addr.json': 'ip -j addr',
  'ip-link.json': 'ip -j -d link',
  'ip-route.json': 'ip -j -N route show table all',
  'ip-6-route.json': 'ip -j -N -6 route show table all',
  'ip-rule.json': 'ip -j rule',
  'ip-maddr.json': 'ip -j maddr',
  'sysctl.txt': 'sysctl -a 2>/dev/null',
  'ss.txt': 'ss -lntuH',
};

const MARK = '=====';
const python = (text: string): string => `python3 - <<'END'\n${text}\nEND`;

/** Frames from a namespace of its own behind the device `far`, or a packet that the host sends by a raw socket. */
const SENDING = `
import socket, struct
def sum16(data):
    data += b'\\0' * (len(data) % 2)
    total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
def ip(protocol, src, dst, body):
    head = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(body), 1, 0, 64, protocol, 0, socket.inet_aton(src), socket.inet_aton(dst))
    return head[:10] + struct.pack('>H', sum16(head)) + head[12:] + body
def udp(src, sport, dst, dport):
    return ip(17, src, dst, struct.pack('>HHHH', sport, dport, 8, 0))
def tcp(src, sport, dst, dport, flags, options=b''):
    body = struct.pack('>HHIIBBHHH', sport, dport, 1000, 0, (20 + len(options)) * 4, flags, 8192, 0, 0) + options
    pseudo = socket.inet_aton(src) + socket.inet_aton(dst) + struct.pack('>HH', 6, len(body))
    body = body[:16] + struct.pack('>H', sum16(pseudo + body)) + body[18:]
    return ip(6, src, dst, body)
def frame(device, to, packet):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sock.bind((device, 0))
    sock.send(bytes.fromhex(to.replace(':', '')) + bytes.fromhex('02000000aa01') + b'\\x08\\x00' + packet)
def local(packet, dst):
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    sock.sendto(packet, (dst, 0))
`;

const BRIDGE = `
ip link add br0 address 02:00:00:00:00:01 type bridge; ip link add pa type veth peer name fa; ip link add pb type veth peer name fb
ip link set pa master br0; ip link set pb master br0; ip addr add 10.1.0.1/24 dev br0
for d in lo br0 pa pb fa fb; do ip link set $d up; done; sysctl -qw net.ipv4.ip_forward=1
sleep 0.2; bridge fdb add 02:00:00:00:00:0b dev pb master static`;

const PROXY = `
ip link set lo up; ip link add eth0 address 02:00:00:00:00:01 type veth peer name far; ip addr add 192.0.2.10/24 dev eth0
for d in eth0 far; do ip link set $d up; done; sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0
ip route add 198.51.100.0/24 via 192.0.2.1`;
const LOCAL_BY_MARK = `${PROXY}
ip rule add fwmark 1 lookup 100; ip route add local default dev lo table 100`;

const rules = (table: string, ...lines: readonly string[]): string => [`*${table}`, ...lines, 'COMMIT'].join('\n');
const TPROXY = rules(
  'mangle',
  '-A PREROUTING -p udp --dport 53 -j TPROXY --on-port 12345 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x1',
  '-A PREROUTING -p udp --dport 53',
  '-A INPUT -p udp --dport 53',
  '-A FORWARD -p udp --dport 53',
  '-A POSTROUTING -p udp --dport 53',
);
const listener = (options: string): string => `
keeper = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
${options}
keeper.bind(('127.0.0.1', 12345))`;
const TRANSPARENT = 'keeper.setsockopt(socket.SOL_IP, 19, 1)';
const TO_PROXY = "frame('far', '02:00:00:00:00:01', udp('192.0.2.20', 1, '198.51.100.1', 53))";
const PROXIED = 'eth0: udp 192.0.2.20:1 > 198.51.100.1:53';

const sizes = (...bytes: readonly number[]): string =>
  rules('mangle', '-A OUTPUT -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu', ...bytes.map((size) => `-A OUTPUT -p tcp -m tcpmss --mss ${size}`));
const smallLoopback = (mtu: number): string => `ip link set lo mtu ${mtu} up`;
const SYN = (options: string): string => `local(tcp('127.0.0.1', 4000, '127.0.0.1', 80, 2${options}), '127.0.0.1')`;

/** Realms of the way back, of the rule and of the route; groups of both devices. */
const REALMS = `
${PROXY}
ip link add out address 02:00:00:00:00:02 type veth peer name there; for d in out there; do ip link set $d up; done
ip link set eth0 group 7; ip route replace 192.0.2.0/24 dev eth0 realms 5
ip route add 203.0.113.0/24 dev out table 100; ip rule add to 203.0.113.0/24 lookup 100 realms 9`;
const GROUPS = rules(
  'filter',
  ...['0x50009', '0x9/0xffff', '0x50000/0xffff0000', '0x5', 'cosmos'].map((realm) => `-A FORWARD -m realm --realm ${realm}`),
  ...['--src-group 0x7', '--dst-group default', '! --src-group 0x1/0x1', '--src-group 0x7 ! --dst-group 0x0'].map((groups) => `-A FORWARD -m devgroup ${groups}`),
);

const CALLS = 'sysctl -qw net.bridge.bridge-nf-call-iptables=1';
/** Whom the bridge finds behind which port. */
const NEIGHBOURS = 'ip neigh add 10.1.0.2 lladdr 02:00:00:00:aa:01 dev br0; ip neigh add 10.1.0.3 lladdr 02:00:00:00:00:0b dev br0';
const SEEN = [
  '-A FORWARD -m ttl --ttl-eq 64',
  '-A FORWARD -m ttl --ttl-eq 63',
  '-A FORWARD -m physdev --physdev-is-bridged',
  '-A FORWARD -m physdev ! --physdev-is-bridged',
  '-A FORWARD -m physdev ! --physdev-out px',
  '-A INPUT -p udp',
];
/** What a packet for a service becomes, and how the bridge is. */
const TURNED = [
  ['its sender, without hairpin', '', '10.1.0.2'],
  ['its sender, with hairpin', 'bridge link set dev pa hairpin on', '10.1.0.2'],
  ['another port', '', '10.1.0.3'],
  ['another port, on a host that does not forward', 'sysctl -qw net.ipv4.ip_forward=0', '10.1.0.3'],
  ['an isolated port from an isolated one', 'bridge link set dev pa isolated on; bridge link set dev pb isolated on', '10.1.0.3'],
  ['an address of the host', '', '10.1.0.1'],
  ['somebody beyond the bridge', 'ip link add eth0 type veth peer name far; ip addr add 192.0.2.1/24 dev eth0; ip link set eth0 up; ip link set far up', '192.0.2.9'],
] as const;
const SWITCHED = [
  ['without an address', `${CALLS}; ip addr flush dev br0`],
  ['that shows it to the hooks by its own setting', 'sysctl -qw net.bridge.bridge-nf-call-iptables=0; ip link set br0 type bridge nf_call_iptables 1'],
  ['whose ports are isolated', `${CALLS}; bridge link set dev pa isolated on; bridge link set dev pb isolated on`],
  ['that has no other port', `${CALLS}; ip link set pb nomaster`],
] as const;

const CASES: readonly Case[] = [
  {
    what: 'has the realms of its route, of the rule that led there, and of the way back',
    setup: REALMS,
    rules: GROUPS,
    send: "frame('far', '02:00:00:00:00:01', udp('192.0.2.20', 1, '203.0.113.1', 53))",
    packet: 'eth0: udp 192.0.2.20:1 > 203.0.113.1:53',
  },
  {
    what: 'by a port of a bridge, for the host',
    setup: BRIDGE,
    rules: rules('filter', '-A INPUT -i br0 -p udp', '-A INPUT -i pa -p udp', '-A INPUT -m physdev --physdev-in pa'),
    send: "frame('fa', '02:00:00:00:00:01', udp('10.1.0.2', 4000, '10.1.0.1', 53))",
    packet: 'pa: udp 10.1.0.2:4000 > 10.1.0.1:53',
  },
  ...[0, 1].map((calls) => ({
    what: `from port to port of a bridge, with bridge-nf-call-iptables=${calls}`,
    setup: `${BRIDGE}\nsysctl -qw net.bridge.bridge-nf-call-iptables=${calls}`,
    rules: rules('filter', '-A FORWARD -p udp', '-A FORWARD -m physdev --physdev-in pa', '-A FORWARD -m ttl --ttl-eq 64', '-A INPUT -p udp'),
    send: "frame('fa', '02:00:00:00:00:0b', udp('10.1.0.2', 4000, '10.1.0.3', 53))",
    packet: 'pa: udp 10.1.0.2:4000 > 10.1.0.3:53',
  })),
  ...TURNED.map(([what, setup, to]) => ({
    what: `translated to ${what}`,
    setup: `${BRIDGE}\n${CALLS}\n${NEIGHBOURS}\n${setup}`,
    rules: [
      rules('mangle', '-A PREROUTING -p udp -m physdev --physdev-is-bridged', '-A PREROUTING -p udp -m physdev ! --physdev-is-bridged'),
      rules('nat', `-A PREROUTING -d 10.96.0.10 -p udp -j DNAT --to-destination ${to}`, '-A POSTROUTING -p udp -m physdev --physdev-in pa', '-A POSTROUTING -p udp'),
      rules('filter', ...SEEN),
    ].join('\n'),
    send: "frame('fa', '02:00:00:00:00:01', udp('10.1.0.2', 4000, '10.96.0.10', 53))",
    packet: 'pa: udp 10.1.0.2:4000 > 10.96.0.10:53',
  })),
  ...SWITCHED.map(([what, setup]) => ({
    what: `from port to port of a bridge ${what}`,
    setup: `${BRIDGE}\n${setup}`,
    rules: rules('filter', ...SEEN),
    send: "frame('fa', '02:00:00:00:00:0b', udp('10.1.0.2', 4000, '10.1.0.3', 53))",
    packet: 'pa: udp 10.1.0.2:4000 > 10.1.0.3:53',
  })),
  { what: 'to a proxy that does not listen', setup: LOCAL_BY_MARK, rules: TPROXY, send: TO_PROXY, packet: PROXIED },
  { what: 'to a proxy', setup: LOCAL_BY_MARK, rules: TPROXY, send: `${listener(TRANSPARENT)}\n${TO_PROXY}`, packet: PROXIED },
  { what: 'to a proxy, without the route for its mark', setup: PROXY, rules: TPROXY, send: `${listener(TRANSPARENT)}\n${TO_PROXY}`, packet: PROXIED },
  {
    what: 'to a group that nobody joined',
    setup: PROXY,
    rules: rules('filter', '-A INPUT -p udp'),
    send: "frame('far', '01:00:5e:00:00:fb', udp('192.0.2.20', 5353, '224.0.0.251', 5353))",
    packet: 'eth0: udp 192.0.2.20:5353 > 224.0.0.251:5353',
  },
  {
    what: 'a SYN that announces too much',
    setup: smallLoopback(1400),
    rules: sizes(1460, 1360),
    send: SYN(", b'\\x02\\x04\\x05\\xb4'"),
    packet: 'local: tcp 127.0.0.1:4000 > 127.0.0.1:80 flags S mss 1460',
  },
  {
    what: 'a SYN that announces nothing, by a small device',
    setup: smallLoopback(500),
    rules: sizes(536, 460),
    send: SYN(''),
    packet: 'local: tcp 127.0.0.1:4000 > 127.0.0.1:80 flags S',
  },
];

/** Statements of nftables behind which a counter tells whether they held. */

interface Listed {
  readonly rule?: { readonly handle: number; readonly expr: readonly { readonly counter?: { readonly packets: number } }[] };
}

const rulesIn = (json: string): readonly { readonly handle: number; readonly packets: number }[] =>
  (JSON.parse(json) as { readonly nftables: readonly Listed[] }).nftables.flatMap(({ rule }) =>
    rule === undefined ? [] : [{ handle: rule.handle, packets: rule.expr.find((one) => one.counter !== undefined)?.counter?.packets ?? 0 }],
  );

const why = whyNot('iptables-legacy -t mangle -A PREROUTING -p udp -j TPROXY --on-port 1 && ip link add br9 type bridge && python3 -c 1 && cat /proc/sys/net/bridge/bridge-nf-call-iptables');

/** Packets that each rule counted, by `table CHAIN number`. */
const packetsOf = (saved: string): Readonly<Record<string, number>> =>
  Object.fromEntries([...savedCounters(saved)].flatMap(([place, counted]) => (place.endsWith(' 0') ? [] : [[place, Number.parseInt(counted, 10)]])));

describe.skipIf(why !== undefined)(`a packet on the live kernel, and on the model${skipped(why)}`, () => {
  it.each(CASES)('$what', ({ setup, rules: text, send, packet }) => {
    const tools = Object.values(TOOLS).map((command) => `${command}; echo ${MARK}`);
    const socketsIn = `${SENDING}\nimport subprocess\n${send.replace(/^(?=frame|local)/m, "print(subprocess.run(['ss','-lntuH'],capture_output=True,text=True).stdout, flush=True)\n")}`;
    const script = [
      setup,
      'iptables-legacy-restore <<END',
      text,
      'END',
      ...tools,
      python(socketsIn),
      `echo ${MARK}`,
      'sleep 0.1; iptables-legacy-save -c',
    ].join('\n');
    const { stdout, stderr } = inNamespace(script);
    const printed = stdout.split(`${MARK}\n`);
    const saved = printed.at(-1) ?? '';
    const contents = Object.fromEntries(Object.keys(TOOLS).map((name, at) => [name, printed[at] ?? '']));
    const node = readNode({ folder: 'live', contents: { ...contents, 'ss.txt': printed.at(-2) ?? '', 'iptables-save.txt': saved } });
    run(node.host, node.state, flightFrom(node.host, packet, { kind: 'unknown' }), seededChance(1));
    const kernel = packetsOf(saved);
    const model = Object.fromEntries(Object.keys(kernel).map((place) => [place, node.state.counters.get(`ipv4 ${place}`)?.packets ?? 0]));
    expect({ stderr, model }).toEqual({ stderr: '', model: kernel });
  });

  it('statements of nftables about options, fragments and quotas hold for the same', () => {
    const lines = STATEMENTS.map((statement) => `    ${statement} counter`);
    const ruleSet = ['table ip t {', '  chain o {', '    type filter hook output priority mangle;', ...lines, '  }', '}'].join('\n');
    const script = [
      smallLoopback(1400),
      'nft -f - <<END',
      ruleSet,
      'END',
      `nft -j list ruleset; echo; echo ${MARK}`,
      `ip -j addr; echo ${MARK}`,
      python(`${SENDING}\n${SYN(", b'\\x02\\x04\\x05\\xb4'")}`),
      'nft -j list ruleset',
    ].join('\n');
    const { stdout, stderr } = inNamespace(script);
    const [before = '', addresses = '', after = ''] = stdout.split(`${MARK}\n`);
    const node = readNode({ folder: 'live', contents: { 'nft-ruleset.json': before, 'ip-addr.json': addresses, 'ss.txt': '' } });
    run(node.host, node.state, flightFrom(node.host, 'local: tcp 127.0.0.1:4000 > 127.0.0.1:80 flags S mss 1460', { kind: 'unknown' }), seededChance(1));
    const kernel = rulesIn(after).map(({ packets }) => packets);
    const model = rulesIn(before).map(({ handle }) => node.state.counters.get(`nft ip t o handle ${handle}`)?.packets ?? 0);
    const told = (counts: readonly number[]): readonly string[] => STATEMENTS.map((statement, at) => `${statement}: ${counts[at] ?? 'none'}`);
    expect({ stderr, told: told(model) }).toEqual({ stderr: '', told: told(kernel) });
  });
});
