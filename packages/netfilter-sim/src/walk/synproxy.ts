import { entryOf, hold } from '../conntrack/table.ts';
import type { Environment } from '../flight/environment.ts';
import type { Attachment, Flight } from '../flight/flight.ts';
import { TCP_FLAG } from '../packet/packet.ts';
import { answer, ownTtl } from './answer.ts';

/**
 * The SYN,ACK that SYNPROXY sends before any server knows of the connection (`synproxy_send_client_synack`,
 * net/netfilter/nf_synproxy_core.c, 6.12). Its sequence number is a cookie, of a secret of the kernel's.
 */
export const answerOpen = (environment: Environment, flight: Flight, { maximumSegmentSize }: { readonly maximumSegmentSize?: number }): void => {
  const { packet } = flight;
  if (packet.kind !== 'tcp') return;
  const { src: dst, dst: src, sport: dport, dport: sport, family } = packet;
  const reply = {
    kind: 'tcp' as const,
    family,
    src,
    dst,
    sport,
    dport,
    ttl: ownTtl(environment, packet),
    tos: 0,
    payloadBytes: 0,
    flags: TCP_FLAG.SYN | TCP_FLAG.ACK,
    sequence: environment.chance.integer(2 ** 32),
    acknowledgement: (packet.sequence + 1) >>> 0,
    window: 0,
    options: maximumSegmentSize === undefined ? {} : { maximumSegmentSize },
  };
  answer(environment, reply, asReply(environment, flight));
};

/** It belongs to the connection that the SYN would have opened. */
const asReply = ({ state }: Environment, { conntrack }: Flight): Attachment => {
  if (conntrack.kind !== 'tracked') return { kind: 'none' };
  hold(entryOf(state.conntrack, conntrack.entry));
  return { kind: 'tracked', entry: conntrack.entry, info: 'established', direction: 'reply' };
};
