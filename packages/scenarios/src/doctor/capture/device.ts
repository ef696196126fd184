import { routeOutput } from '@nodelocal/netfilter-sim';
import type { Address, Host } from '@nodelocal/netfilter-sim';
import type { CapturedPacket } from '../../capture/packet.ts';

/** Where on the node a packet was seen, and whether it came in there or went out. */
export type Place =
  /** It came in by this device. */
  | { readonly kind: 'came-in'; readonly device: string; readonly isInferred: boolean }
  /** A program of the node sent it. */
  | { readonly kind: 'sent' }
  /** It was on its way out already: of its way through the node this is the end. `device` is `undefined` where nobody named it. */
  | { readonly kind: 'on-its-way-out'; readonly device: string | undefined }
  /** `why` is a sentence without its full stop. */
  | { readonly kind: 'not-known'; readonly why: string };

/** @param named by who captured, where the capture names no device */
export const deviceOf = (host: Host, packet: CapturedPacket, named: string | undefined): string | undefined => {
  const known = packet.device ?? host.interfaces.find(({ index }) => index === packet.deviceIndex)?.name ?? named;
  return known === 'any' ? named : known;
};

/** @param named by who captured, where the capture names no device */
export const placeOf = (host: Host, packet: CapturedPacket, src: Address, named: string | undefined): Place => {
  const device = deviceOf(host, packet, named);
  const isOwn = host.interfaces.some(({ addresses }) => addresses.some(({ address }) => address === src));
  if (packet.direction === 'out') return isOwn ? { kind: 'sent' } : { kind: 'on-its-way-out', device };
  if (isOwn) return packet.direction === 'in' && device !== undefined && !isLoopback(host, device) ? { kind: 'not-known', why: `${src} is the node's own, and came in by ${device}` } : { kind: 'sent' };
  const towards = deviceTowards(host, src);
  if (device === undefined) {
    return towards === undefined ? { kind: 'not-known', why: `no route of the node leads to ${src}` } : { kind: 'came-in', device: towards, isInferred: true };
  }
  if (!host.interfaces.some(({ name }) => name === device)) return { kind: 'not-known', why: `the node has no device ${device}` };
  if (packet.direction === 'in' || towards === undefined || towards === masterOf(host, device)) return { kind: 'came-in', device, isInferred: false };
  return { kind: 'on-its-way-out', device };
};

const isLoopback = ({ interfaces }: Host, device: string): boolean => interfaces.some(({ name, loopback }) => name === device && loopback);

/** A port of a bridge is as good as the bridge. */
const masterOf = ({ interfaces }: Host, device: string): string => interfaces.find(({ name }) => name === device)?.link?.master ?? device;

/** By which device the node would send to it: what comes from there comes in by that. */
const deviceTowards = (host: Host, destination: Address): string | undefined => {
  const route = routeOutput(host, { destination, tos: 0, mark: 0, protocol: 17, inDevice: 'lo' });
  return route.kind === 'route' ? route.device : undefined;
};
