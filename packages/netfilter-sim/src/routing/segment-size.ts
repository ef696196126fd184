import { routingKey } from '../fib/key.ts';
import { interfaceNamed, LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import type { Packet } from '../packet/packet.ts';
import { routeOutput } from './output.ts';

/** IP_MAX_MTU and IP6_MAX_MTU (include/net/ip.h and ip6_fib.h, 6.12). */
const MTU_MAX = { ipv4: 65_535, ipv6: 65_575 } as const;
const HEADER_BYTES = { ipv4: 40, ipv6: 60 } as const;

/** What a TCP segment may hold, and the MTU that says so, in octets. */
export interface SegmentSize {
  readonly bytes: number;
  readonly mtu: number;
}

/** Where a packet goes next; `mtu` where the route says it, not the device. */
interface Way {
  readonly device: string;
  readonly mtu?: number;
}

/**
 * What fits into the smaller of the two ways: the packet's own and the one back to its source (`tcpmss_reverse_mtu`,
 * net/netfilter/xt_TCPMSS.c, 6.12). What was learnt of a path is not known: the devices and the routes say.
 * `undefined`: there is no such device.
 */
export const pathSegmentSize = (host: Host, packet: Packet, ahead: Way): SegmentSize | undefined => {
  const own = mtuOf(host, packet, ahead);
  if (own === undefined) return undefined;
  const mtu = Math.min(own, mtuBack(host, packet) ?? Number.POSITIVE_INFINITY);
  return { mtu, bytes: mtu - HEADER_BYTES[packet.family] };
};

const mtuOf = (host: Host, { family }: Packet, { device, mtu }: Way): number | undefined => {
  const bytes = mtu ?? interfaceNamed(host, device)?.mtu;
  return bytes === undefined ? undefined : Math.min(bytes, MTU_MAX[family]);
};

/** Without a way back the kernel looks at the other alone. */
const mtuBack = (host: Host, packet: Packet): number | undefined => {
  const { source: _, ...key } = routingKey({ ...packet, dst: packet.src }, 0, LOOPBACK);
  const back = routeOutput(host, { ...key, tos: 0 });
  if (back.kind !== 'route') return undefined;
  return mtuOf(host, packet, { device: back.device, ...(back.route?.mtu === undefined ? {} : { mtu: back.route.mtu }) });
};
