import type { Environment } from '../flight/environment.ts';
import { goesToMany } from '../flight/flight.ts';
import type { Flight } from '../flight/flight.ts';
import { anyAddress } from '../packet/address.ts';
import type { IcmpPacket } from '../packet/packet.ts';
import { answer, KERNEL_SOCKET, ownSource, ownTtl } from './answer.ts';

/** Echo request to echo reply. */
export const sendEchoReply = (environment: Environment, flight: Flight): void => {
  const { packet, inDevice, destination } = flight;
  if (packet.kind !== 'icmp' && packet.kind !== 'icmpv6') return;
  // An answer comes from one host's own address, so not from one that many share (`fib_compute_spec_dst`; `ipv6_unicast_destination`).
  const toOne = packet.family === 'ipv4' ? !goesToMany(flight) : destination?.type === 'local';
  const dst = toOne && packet.dst !== anyAddress('ipv6') ? packet.dst : ownSource(environment, packet, inDevice);
  if (dst === undefined) return;
  sendBack(environment, { ...packet, dst, icmpType: packet.kind === 'icmp' ? 0 : 129 }, toOne ? undefined : inDevice);
};

/** Three times of day (RFC 792), of which the request must bring the first. */
const TIMESTAMP_BYTES = 12;
const TIMESTAMP_REQUEST_BYTES_MIN = 4;

export const sendTimestampReply = (environment: Environment, { packet }: Flight): void => {
  if (packet.kind !== 'icmp' || packet.payloadBytes < TIMESTAMP_REQUEST_BYTES_MIN) return;
  sendBack(environment, { ...packet, icmpType: 14, icmpCode: 0, payloadBytes: TIMESTAMP_BYTES });
};

const sendBack = (environment: Environment, packet: IcmpPacket, boundTo?: string): void => {
  const { src: dst, dst: src } = packet;
  answer(environment, { ...packet, src, dst, ttl: ownTtl(environment, packet) }, { kind: 'none' }, { owner: KERNEL_SOCKET, boundTo });
};
