import type { Flight } from '../../flight/flight.ts';
import { TCP_OPTION_BYTES } from '../../packet/packet.ts';
import type { TcpOptions } from '../../packet/packet.ts';

/** Takes flags out of a segment (`set_ect_tcp`, net/ipv4/netfilter/ipt_ECN.c, 6.12). */
export const clearFlags = (flight: Flight, flags: number): void => {
  const { packet } = flight;
  if (packet.kind === 'tcp') flight.packet = { ...packet, flags: packet.flags & ~flags };
};

/** Numbers of the options (RFC 9293 §3.2, RFC 7323 §2, RFC 2018 §2). */
const NUMBERS = { maximumSegmentSize: 2, windowScale: 3, selectiveAcknowledgementPermitted: 4 } as const;

/** Their octets become fillers (`tcpoptstrip_mangle_packet`, net/netfilter/xt_TCPOPTSTRIP.c, 6.12). */
export const blankOptions = (flight: Flight, numbers: readonly number[]): void => {
  const { packet } = flight;
  if (packet.kind !== 'tcp' || packet.fragment === 'later') return;
  const { blankedBytes = 0, ...options } = packet.options;
  const kept: { -readonly [Name in keyof TcpOptions]: TcpOptions[Name] } = options;
  let blanked = blankedBytes;
  for (const name of ['maximumSegmentSize', 'windowScale', 'selectiveAcknowledgementPermitted'] as const) {
    if (kept[name] === undefined || kept[name] === false || !numbers.includes(NUMBERS[name])) continue;
    delete kept[name];
    blanked += TCP_OPTION_BYTES[name];
  }
  flight.packet = { ...packet, options: blanked === 0 ? kept : { ...kept, blankedBytes: blanked } };
};
