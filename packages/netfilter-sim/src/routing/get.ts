import { routingKey } from '../fib/key.ts';
import { lookup } from '../fib/lookup.ts';
import type { RoutingKey } from '../fib/lookup.ts';
import { TABLE } from '../fib/route.ts';
import type { Realms, Route, RouteType } from '../fib/route.ts';
import { interfaceNamed, isDeviceUp, LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { addressesOf, holderOf } from '../host/interface.ts';
import { effective } from '../host/sysctl.ts';
import { atLeast } from '../kernel-version.ts';
import type { Address, Ipv4 } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';
import { port } from '../packet/port.ts';
import { PROTOCOL } from '../packet/protocol.ts';
import { routeInput } from './input.ts';
import { routeOutput } from './output.ts';
import { wholeNumber } from '../range.ts';

/** What `ip route get` is asked. */
export interface RouteQuery {
  readonly destination: Ipv4;
  /** `from`; absent: the host chooses one. */
  readonly source?: Ipv4;
  /** The packet would come in by this device; without it the host itself sends. */
  readonly inDevice?: string;
  /** The packet must leave by this device; absent: by any. */
  readonly outDevice?: string;
  /** 32 bits unsigned; 0: none. */
  readonly mark: number;
  /** The type of service octet, 0 to 255. */
  readonly tos: number;
}

/** What the kernel answers. */
export type RouteAnswer =
  | {
      readonly kind: 'route';
      readonly type: RouteType;
      /** The router that the packet goes to; `undefined`: none, the destination is on the link or the host's own. */
      readonly gateway: Address | undefined;
      readonly device: string;
      /** The number of the table that the route is in. */
      readonly table: number;
      /** The type of service that the route is for, 0 to 255. */
      readonly tos: number;
      /** The source that the host would take, where none was given. */
      readonly source: Address | undefined;
      readonly realms: Realms;
      readonly flags: readonly RouteFlag[];
    }
  | { readonly kind: 'error'; readonly error: RouteGetError };

/** `RTCF_*` of include/uapi/linux/in_route.h, as iproute2 names them. */
export type RouteFlag = 'local' | 'mc' | 'brd' | 'redirect';

/** The error numbers that come back. */
export type RouteGetError = 'ENETUNREACH' | 'EHOSTUNREACH' | 'EACCES' | 'EINVAL' | 'EXDEV';

/** The bits of the type of service that a request may ask for (IPTOS_RT_MASK). */
const TOS_MASK = 0x1c;
/** IGMP_ALL_HOSTS, which every device joins when it comes up (net/ipv4/igmp.c). */
const ALL_HOSTS = '224.0.0.1';

/**
 * `inet_rtm_getroute` (net/ipv4/route.c, 6.12), for UDP as that takes it where nothing is said.
 * @throws RangeError for a mark or a type of service that is none
 */
export const getRoute = (host: Host, query: RouteQuery): RouteAnswer => {
  wholeNumber('mark', query.mark, 0, 0xffff_ffff);
  wholeNumber('tos', query.tos, 0, 0xff);
  return query.inDevice === undefined ? getOutput(host, withoutZero(query)) : getInput(host, query, query.inDevice);
};

/** To the kernel, a source of zeros is none. */
export const withoutZero = ({ source, ...query }: RouteQuery): RouteQuery =>
  source === undefined || source === '0.0.0.0' ? query : { ...query, source };

const failed = (error: RouteGetError): RouteAnswer => ({ kind: 'error', error });

const ERRORS = {
  'no-route': 'ENETUNREACH',
  unreachable: 'EHOSTUNREACH',
  prohibited: 'EACCES',
  blackhole: 'EINVAL',
  'invalid-source': 'EINVAL',
} as const;

/** While local and main are one table, it goes by the name of main (`fib_trie_unmerge`). */
const tableOf = (host: Host, route: Route | undefined): number =>
  route === undefined || (host.routing.ipv4.merged !== undefined && route.table === TABLE.local) ? TABLE.main : route.table;

const getOutput = (host: Host, { destination, source, outDevice, mark, tos }: RouteQuery): RouteAnswer => {
  const key = {
    destination,
    mark,
    tos: tos & TOS_MASK,
    protocol: PROTOCOL.udp,
    sport: 0,
    dport: 0,
    inDevice: LOOPBACK,
    ...(source === undefined ? {} : { source }),
    ...(outDevice === undefined ? {} : { outDevice }),
  };
  const found = routeOutput(host, key);
  if (found.kind === 'error' && found.error === 'invalid-source') return failed('EINVAL');
  // A socket can be bound to the host's own addresses only; a program that asks here has none.
  if (source !== undefined && !isOwn(host, source)) return failed('ENETUNREACH');
  if (found.kind === 'error') return failed(ERRORS[found.error]);
  return {
    kind: 'route',
    type: found.type,
    gateway: found.gateway,
    device: found.device,
    table: tableOf(host, found.route),
    tos: found.route?.tos ?? 0,
    source: source === undefined ? found.source : undefined,
    realms: found.realms,
    flags: outputFlags(host, found.type, found.device, destination),
  };
};

/** `__ip_dev_find`: an address of a device, or one that the local table has. */
const isOwn = (host: Host, address: Address): boolean => {
  if (holderOf(host.interfaces, address) !== undefined) return true;
  const { tables, merged } = host.routing.ipv4;
  const local = { ...host.routing.ipv4, tables, merged: merged ?? tables.get(TABLE.local) };
  const found = lookup(local, { destination: address, tos: 0, mark: 0, protocol: 0, inDevice: LOOPBACK }, isDeviceUp(host));
  return found.kind === 'route' && found.route.type === 'local';
};

/** Which groups programs have joined besides is not known. */
const hasJoined = (host: Host, group: Address, device: string): boolean => group === ALL_HOSTS && isDeviceUp(host)(device);

const outputFlags = (host: Host, type: RouteType, device: string, destination: Address): readonly RouteFlag[] => {
  switch (type) {
    case 'broadcast':
      return ['local', 'brd'];
    case 'multicast':
      return hasJoined(host, destination, device) ? ['local', 'mc'] : ['mc'];
    case 'unspec':
    case 'unicast':
    case 'local':
    case 'anycast':
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
    case 'throw':
      return interfaceNamed(host, device)?.loopback === true || device === LOOPBACK ? ['local'] : [];
  }
};

const getInput = (host: Host, query: RouteQuery, inDevice: string): RouteAnswer => {
  const { destination, source = '0.0.0.0' as Ipv4, mark, tos } = query;
  const packet: Packet = {
    kind: 'udp',
    family: 'ipv4',
    src: source,
    dst: destination,
    sport: port(0),
    dport: port(0),
    ttl: 64,
    tos: tos & TOS_MASK,
    payloadBytes: 0,
  };
  const found = routeInput(host, packet, { device: inDevice, mark });
  switch (found.kind) {
    case 'local': {
      if (found.type === 'multicast' && !hasJoined(host, destination, inDevice)) return failed('EINVAL');
      const flags = { local: ['local'], anycast: ['local'], broadcast: ['local', 'brd'], multicast: ['local', 'mc'] } as const;
      return {
        kind: 'route',
        type: found.type,
        gateway: undefined,
        device: LOOPBACK,
        table: tableOf(host, found.route),
        tos: found.route?.tos ?? 0,
        source: undefined,
        realms: found.realms,
        flags: flags[found.type],
      };
    }
    case 'forward':
      return {
        kind: 'route',
        type: found.route.type,
        gateway: found.nextHop.gateway,
        device: found.nextHop.device,
        table: tableOf(host, found.route),
        tos: found.route.tos,
        source: undefined,
        realms: found.realms,
        flags: found.nextHop.device === inDevice && couldGoStraight(host, packet, inDevice) ? ['redirect'] : [],
      };
    case 'error':
      return failed(ERRORS[found.error]);
    case 'drop':
      return failed(dropError(host, found.reason));
  }
};

const dropError = (host: Host, reason: 'martian-source' | 'martian-destination' | 'reverse-path' | 'not-a-router'): RouteGetError => {
  switch (reason) {
    case 'not-a-router':
      return 'EHOSTUNREACH';
    case 'reverse-path':
      // Since 6.13 the reason for a drop comes back, and hides the number.
      return atLeast(host.kernelVersion, 6, 13) ? 'EINVAL' : 'EXDEV';
    case 'martian-source':
    case 'martian-destination':
      return 'EINVAL';
  }
};

/**
 * Whether the sender, a neighbour, could have sent to the next hop itself, and is told so
 * (`__mkroute_input`; media are shared unless a sysctl says otherwise, which is not read).
 */
const couldGoStraight = (host: Host, packet: Packet, device: string): boolean => {
  if (!effective(host.sysctls, device).sendRedirects) return false;
  const key = { ...routingKey(packet, 0, device), source: packet.dst, destination: packet.src };
  const leadsStraight = (by: RoutingKey): boolean | undefined => {
    const back = lookup(host.routing.ipv4, by, isDeviceUp(host));
    const hop = back.kind === 'route' ? back.route.nextHops.find((one) => one.device === device) : undefined;
    return hop === undefined ? undefined : hop.gateway === undefined;
  };
  const straight = leadsStraight(key);
  if (straight !== undefined) return straight;
  // Where the best way back is by another device, the best one by this device counts, if that has an address.
  const own = interfaceNamed(host, device);
  return own !== undefined && addressesOf(own, 'ipv4').length > 0 && (leadsStraight({ ...key, outDevice: device }) ?? false);
};
