import { CONNTRACK_DEFAULTS } from '../conntrack/entry/settings.ts';
import type { ConntrackSettings } from '../conntrack/entry/settings.ts';
import { InputError } from '../error.ts';
import type { Position } from '../error.ts';
import { SYSCTL_DEFAULTS } from '../host/sysctl.ts';
import type { DeviceSysctls, Sysctls } from '../host/sysctl.ts';
import { atLeast, LINUX_6_18 } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';
import type { Family } from '../packet/address.ts';
import { seconds } from '../time.ts';

/** What was written for a name, and where. */
interface SysctlValue {
  readonly text: string;
  readonly position: Position;
}

export type SysctlValues = ReadonlyMap<string, SysctlValue>;

/** What a node without the file gets: the kernel's defaults. */
export const NO_SYSCTLS: SysctlValues = new Map();

/** Names of one value of the kernel's (net/ipv4/devinet.c, net/netfilter/nf_conntrack_standalone.c, 6.12). */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'net.ipv4.conf.all.forwarding': 'net.ipv4.ip_forward',
  'net.nf_conntrack_max': 'net.netfilter.nf_conntrack_max',
};

/** The output of `sysctl -a`, or a part of it; of a name that comes again the last line holds. */
export const readSysctlValues = (file: string, contents: string): SysctlValues => {
  const values = new Map<string, SysctlValue>();
  for (const [at, line] of contents.split('\n').entries()) {
    if (line.trim() === '' || /^\s*[#;]|^sysctl:/.test(line)) continue;
    const position = { file, line: at + 1, column: 1 };
    const equals = line.indexOf('=');
    if (equals < 1) throw new InputError(position, 'expected "name = value"', 'write the output of sysctl -a into it');
    const written = readName(line.slice(0, equals).trim());
    const name = Object.hasOwn(OTHER_NAMES, written) ? (OTHER_NAMES[written] ?? written) : written;
    const text = line.slice(equals + 1).trim();
    if (name === 'net.ipv4.ip_forward' && (values.get(name)?.text ?? text) !== text) forgetForwarding(values);
    values.set(name, { text, position });
  }
  return values;
};

/** `net/ipv4/conf/eth0.5/forwarding` is another way to write it: whichever of the two comes first parts the name. */
const readName = (written: string): string =>
  /^[^./]*\//.test(written) ? written.replaceAll(/[./]/g, (part) => (part === '/' ? '.' : '/')) : written;

/** Writing ip_forward anew sets it for every device (`inet_forward_change`, net/ipv4/devinet.c). */
const forgetForwarding = (values: Map<string, SysctlValue>): void => {
  for (const name of values.keys()) {
    if (/^net\.ipv4\.conf\..+\.forwarding$/.test(name)) values.delete(name);
  }
};

/** The kernel's own tools print all of these as whole numbers. */
const numberOf = (values: SysctlValues, name: string): number | undefined => {
  const value = values.get(name);
  if (value === undefined) return undefined;
  if (!/^\d{1,10}$/.test(value.text)) throw new InputError(value.position, `${name}: expected a whole number, not "${value.text}"`);
  return Number(value.text);
};

/**
 * Whether the model reads this sysctl at all: asked for all that it knows, it asks for this one too. It is `written` as `sysctl
 * -a` does, or with slashes: `net.ipv4.ip_forward`.
 */
export const isReadSysctl = (written: string): boolean => {
  const [name = ''] = readSysctlValues('', `${written} = 0`).keys();
  let isAsked = name.startsWith('net.ipv4.vs.');
  const values = new (class extends Map<string, SysctlValue> {
    override get(asked: string): SysctlValue | undefined {
      isAsked ||= asked === name;
      return super.get(asked);
    }
  })([[name, { text: '0', position: { file: '', line: 1, column: 1 } }]]);
  readSysctls(values);
  readConntrackSettings(values, LINUX_6_18);
  return isAsked;
};

const DEVICE_KEYS = {
  rp_filter: 'rpFilter',
  forwarding: 'forwarding',
  accept_local: 'acceptLocal',
  route_localnet: 'routeLocalnet',
  src_valid_mark: 'srcValidMark',
  send_redirects: 'sendRedirects',
} as const;

const readDevice = (values: SysctlValues, device: string, base: DeviceSysctls): DeviceSysctls => {
  const found: { -readonly [Key in keyof DeviceSysctls]: DeviceSysctls[Key] } = { ...base };
  for (const [name, key] of Object.entries(DEVICE_KEYS)) {
    const value = numberOf(values, `net.ipv4.conf.${device}.${name}`);
    if (value === undefined) continue;
    if (key === 'rpFilter') found.rpFilter = value;
    else found[key] = value !== 0;
  }
  return found;
};

/** Without br_netfilter the kernel has no such sysctl, and a whole listing lacks it. */
const bridgeCalls = (values: SysctlValues, what: 'iptables' | 'ip6tables'): boolean | undefined => {
  const value = numberOf(values, `net.bridge.bridge-nf-call-${what}`);
  if (value !== undefined) return value !== 0;
  return isWhole(values) ? false : undefined;
};

/** `sysctl -a` always has it; what was picked by hand seldom does. */
const isWhole = (values: SysctlValues): boolean => values.has('kernel.ostype') || values.has('kernel.osrelease');

const tellsForwarding = (values: SysctlValues, family: Family): boolean =>
  [...values.keys()].some((name) => name === 'net.ipv4.ip_forward' ? family === 'ipv4' : name.startsWith(`net.${family}.conf.`) && name.endsWith('.forwarding'));

export const readSysctls = (values: SysctlValues): Sysctls => {
  const on = (name: string, otherwise: boolean): boolean => {
    const value = numberOf(values, name);
    return value === undefined ? otherwise : value !== 0;
  };
  const number = (name: string, otherwise: number): number => numberOf(values, name) ?? otherwise;
  // Writing ip_forward sets forwarding of every device (inet_forward_change, net/ipv4/devinet.c).
  const base = { ...SYSCTL_DEFAULTS.ipv4.all, forwarding: on('net.ipv4.ip_forward', false) };
  const names = new Set<string>();
  for (const key of values.keys()) {
    const device = /^net\.ipv4\.conf\.(.+)\.[a-z_]+$/.exec(key)?.[1];
    // sysctl writes a device's dots as slashes.
    if (device !== undefined && device !== 'all' && device !== 'default') names.add(device);
  }
  const fallback = readDevice(values, 'default', base);
  return {
    ipv4: {
      all: readDevice(values, 'all', base),
      default: fallback,
      devices: new Map([...names].map((name) => [name.replaceAll('/', '.'), readDevice(values, name, fallback)])),
    },
    ipv6Forwarding: on('net.ipv6.conf.all.forwarding', false),
    multipathHashPolicy: { ipv4: number('net.ipv4.fib_multipath_hash_policy', 0), ipv6: number('net.ipv6.fib_multipath_hash_policy', 0) },
    icmpEchoIgnoreAll: on('net.ipv4.icmp_echo_ignore_all', false),
    icmpv6EchoIgnoreAll: on('net.ipv6.icmp.echo_ignore_all', false),
    defaultTtl: number('net.ipv4.ip_default_ttl', SYSCTL_DEFAULTS.defaultTtl),
    defaultHopLimit: number('net.ipv6.conf.default.hop_limit', SYSCTL_DEFAULTS.defaultHopLimit),
    forwardingTold: { ipv4: tellsForwarding(values, 'ipv4'), ipv6: tellsForwarding(values, 'ipv6') },
    bridgeCalls: { ipv4: bridgeCalls(values, 'iptables'), ipv6: bridgeCalls(values, 'ip6tables') },
    ipvs: [...values.keys()].some((name) => name.startsWith('net.ipv4.vs.')),
  };
};

/** Before 5.0. */
const UDP_STREAM_EARLIER = seconds(180);

/** `net.netfilter.nf_conntrack_*`; timeouts are in seconds there. */
export const readConntrackSettings = (values: SysctlValues, version: KernelVersion): ConntrackSettings => {
  const defaults = CONNTRACK_DEFAULTS;
  const value = (name: string): number | undefined => numberOf(values, `net.netfilter.nf_conntrack_${name}`);
  const timeout = (name: string, otherwise: ConntrackSettings['udpTimeout']): ConntrackSettings['udpTimeout'] => {
    const found = value(name);
    return found === undefined ? otherwise : seconds(found);
  };
  const tcp = defaults.tcpTimeouts;
  return {
    entriesMax: value('max') ?? defaults.entriesMax,
    udpTimeout: timeout('udp_timeout', defaults.udpTimeout),
    udpTimeoutStream: timeout('udp_timeout_stream', atLeast(version, 5, 0) ? defaults.udpTimeoutStream : UDP_STREAM_EARLIER),
    icmpTimeout: timeout('icmp_timeout', defaults.icmpTimeout),
    icmpv6Timeout: timeout('icmpv6_timeout', defaults.icmpv6Timeout),
    genericTimeout: timeout('generic_timeout', defaults.genericTimeout),
    tcpTimeouts: {
      NONE: tcp.NONE,
      SYN_SENT: timeout('tcp_timeout_syn_sent', tcp.SYN_SENT),
      SYN_RECV: timeout('tcp_timeout_syn_recv', tcp.SYN_RECV),
      ESTABLISHED: timeout('tcp_timeout_established', tcp.ESTABLISHED),
      FIN_WAIT: timeout('tcp_timeout_fin_wait', tcp.FIN_WAIT),
      CLOSE_WAIT: timeout('tcp_timeout_close_wait', tcp.CLOSE_WAIT),
      LAST_ACK: timeout('tcp_timeout_last_ack', tcp.LAST_ACK),
      TIME_WAIT: timeout('tcp_timeout_time_wait', tcp.TIME_WAIT),
      CLOSE: timeout('tcp_timeout_close', tcp.CLOSE),
      SYN_SENT2: tcp.SYN_SENT2,
    },
    tcpTimeoutMaxRetransmissions: timeout('tcp_timeout_max_retrans', defaults.tcpTimeoutMaxRetransmissions),
    tcpTimeoutUnacknowledged: timeout('tcp_timeout_unacknowledged', defaults.tcpTimeoutUnacknowledged),
    tcpRetransmissionsMax: value('tcp_max_retrans') ?? defaults.tcpRetransmissionsMax,
    tcpLoose: (value('tcp_loose') ?? 1) !== 0,
    tcpBeLiberal: (value('tcp_be_liberal') ?? 0) !== 0,
    accounts: (value('acct') ?? 0) !== 0,
  };
};
