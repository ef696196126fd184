import type { Family } from '../packet/address.ts';
import type { Interface } from './interface.ts';

/** The sysctls that the packet path reads, per device where the kernel has them so. */
export interface DeviceSysctls {
  /** 0 off, 1 strict, 2 loose. */
  readonly rpFilter: number;
  /** `forwarding`: what comes in by it may be sent on. */
  readonly forwarding: boolean;
  /** `accept_local`: packets from the host's own addresses may come in by it. */
  readonly acceptLocal: boolean;
  /** `route_localnet`: 127.0.0.0/8 is no martian there. */
  readonly routeLocalnet: boolean;
  /** `src_valid_mark`: the reverse path filter looks at marks. */
  readonly srcValidMark: boolean;
  /** `send_redirects`: who sends by a detour is told of the shorter way. */
  readonly sendRedirects: boolean;
}

/** The settings of the host that decide on packets, by what they mean. */
export interface Sysctls {
  readonly ipv4: {
    readonly all: DeviceSysctls;
    readonly devices: ReadonlyMap<string, DeviceSysctls>;
    /** For devices that are not listed. */
    readonly default: DeviceSysctls;
  };
  /** `net.ipv6.conf.all.forwarding`. */
  readonly ipv6Forwarding: boolean;
  /** What of a flow decides on one of several next hops: 0 addresses, 1 ports too, 3 the protocol too. */
  readonly multipathHashPolicy: Readonly<Record<Family, number>>;
  /** `net.ipv4.icmp_echo_ignore_all`: pings are not answered. */
  readonly icmpEchoIgnoreAll: boolean;
  /** `net.ipv6.icmp.echo_ignore_all`: the same for IPv6. */
  readonly icmpv6EchoIgnoreAll: boolean;
  /** Time to live of the host's own packets, 1 to 255 (`net.ipv4.ip_default_ttl`). */
  readonly defaultTtl: number;
  /** Hop limit of the host's own packets of IPv6 (`net.ipv6.conf.default.hop_limit`). */
  readonly defaultHopLimit: number;
  /** Whether anybody told if the host forwards; else the kernel's default holds, and decides nothing. */
  readonly forwardingTold: Readonly<Record<Family, boolean>>;
  /** Whether what a bridge switches meets the hooks (`net.bridge.bridge-nf-call-*`); `undefined`: not told. */
  readonly bridgeCalls: Readonly<Record<Family, boolean | undefined>>;
  /** The sysctls of IPVS are there, so its module is. */
  readonly ipvs: boolean;
}

const deviceSysctls = ({ ipv4 }: Sysctls, device: string): DeviceSysctls =>
  ipv4.devices.get(device) ?? ipv4.default;

/**
 * How `conf.all` and the device's own value combine (include/linux/inetdevice.h, 6.12):
 * rp_filter takes the larger, forwarding only the device's, the rest either.
 */
export const effective = (sysctls: Sysctls, device: string): DeviceSysctls => {
  const { all } = sysctls.ipv4;
  const own = deviceSysctls(sysctls, device);
  return {
    rpFilter: Math.max(all.rpFilter, own.rpFilter),
    forwarding: own.forwarding,
    acceptLocal: all.acceptLocal || own.acceptLocal,
    routeLocalnet: all.routeLocalnet || own.routeLocalnet,
    srcValidMark: all.srcValidMark || own.srcValidMark,
    sendRedirects: all.sendRedirects || own.sendRedirects,
  };
};

const DEVICE_DEFAULTS: DeviceSysctls = {
  rpFilter: 0,
  forwarding: false,
  acceptLocal: false,
  routeLocalnet: false,
  srcValidMark: false,
  sendRedirects: true,
};

/** A kernel's own defaults, before any distribution changed them. */
export const SYSCTL_DEFAULTS: Sysctls = {
  ipv4: { all: DEVICE_DEFAULTS, default: DEVICE_DEFAULTS, devices: new Map() },
  ipv6Forwarding: false,
  multipathHashPolicy: { ipv4: 0, ipv6: 0 },
  icmpEchoIgnoreAll: false,
  icmpv6EchoIgnoreAll: false,
  defaultTtl: 64,
  defaultHopLimit: 64,
  forwardingTold: { ipv4: true, ipv6: true },
  bridgeCalls: { ipv4: undefined, ipv6: undefined },
  ipvs: false,
};

/** Whether a bridge shows what it switches to the hooks: its own setting counts beside the sysctl (br_netfilter_hooks.c, 6.12). */
export const bridgeCalls = ({ link }: Interface, { bridgeCalls: calls }: Sysctls, family: Family): boolean | undefined =>
  link?.calls?.[family] === true ? true : calls[family];
