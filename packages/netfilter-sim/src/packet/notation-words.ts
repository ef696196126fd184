import { TCP_FLAG } from './packet.ts';
import { PROTOCOL } from './protocol.ts';
import type { ProtocolNumber } from './protocol.ts';

/* The words of the notation that are read and written. */

/** Protocols by name; any other by its number. */
export const PROTOCOL_NAMES: Readonly<Record<string, ProtocolNumber>> = {
  udp: PROTOCOL.udp,
  tcp: PROTOCOL.tcp,
  icmp: PROTOCOL.icmp,
  icmpv6: PROTOCOL.icmpv6,
  sctp: PROTOCOL.sctp,
  dccp: PROTOCOL.dccp,
  udplite: PROTOCOL.udplite,
};

export const FLAG_LETTERS: Readonly<Record<string, number>> = {
  F: TCP_FLAG.FIN,
  S: TCP_FLAG.SYN,
  R: TCP_FLAG.RST,
  P: TCP_FLAG.PSH,
  A: TCP_FLAG.ACK,
  U: TCP_FLAG.URG,
  E: TCP_FLAG.ECE,
  W: TCP_FLAG.CWR,
};

/** What stands for a segment without flags. */
export const NO_FLAGS = '-';

/** What a packet has of which nothing is said. */
export const USUAL = { ttl: 64, tos: 0, sequence: 0, acknowledgement: 0, window: 64_240, icmpId: 1 } as const;

/** Four octets, but for UDP and TCP, of which nothing has to be in it. */
export const usualPayloadBytes = (protocol: ProtocolNumber): number => (protocol === PROTOCOL.udp || protocol === PROTOCOL.tcp ? 0 : 4);
