import { readMessage } from '@nodelocal/dns-cache';
import type { MessageValue } from '@nodelocal/dns-cache';
import type { CapturedEnd, CapturedPacket } from '../packet.ts';
import { createStreams } from './streams.ts';

/** A DNS message, and the packet with which it was there. */
export interface Spoken {
  readonly packet: CapturedPacket;
  readonly transport: 'udp' | 'tcp';
  readonly kind: 'query' | 'answer';
  readonly client: CapturedEnd;
  readonly server: CapturedEnd;
  /** 0 to 65535. */
  readonly id: number;
  /** Type and name, the name in small letters. */
  readonly question: string;
  /** By its name: `NOERROR`, of a query too. */
  readonly rcode: string;
  readonly isTruncated: boolean;
  /** Those of its answers. */
  readonly addresses: readonly string[];
}

/** All messages from and to these `ports`, 0 to 65535, in the order in which they were complete. */
export const spokenIn = (packets: readonly CapturedPacket[], ports: ReadonlySet<number>): readonly Spoken[] => {
  const streams = createStreams();
  return packets.flatMap((packet) => {
    const { what } = packet;
    if (what.kind !== 'udp' && what.kind !== 'tcp') return [];
    const { from, to } = what;
    if (!ports.has(from.port) && !ports.has(to.port)) return [];
    const messages = what.kind === 'udp' ? [what.payload] : streams.take(packet.device ?? String(packet.deviceIndex), what);
    return messages.flatMap((octets) => {
      const message = readMessage(octets);
      return message.kind === 'message' ? (spokenOf(packet, what.kind, { from, to }, message) ?? []) : [];
    });
  });
};

const spokenOf = (
  packet: CapturedPacket,
  transport: Spoken['transport'],
  { from, to }: { readonly from: CapturedEnd; readonly to: CapturedEnd },
  { id, response, question, rcode, truncated, answers }: MessageValue,
): Spoken | undefined => {
  if (question === undefined) return undefined;
  return {
    packet,
    transport,
    kind: response ? 'answer' : 'query',
    client: response ? to : from,
    server: response ? from : to,
    id,
    question: `${question.type} ${question.name.toLowerCase()}`,
    rcode,
    isTruncated: truncated,
    addresses: answers.flatMap(({ data }) => (data.kind === 'address' ? [data.address] : [])),
  };
};
