import type { TrackInput, TrackVerdict } from './machine.ts';
import { refresh } from './refresh.ts';

/** Messages that may open an entry: they ask something (`valid_new` of both files). */
const ICMP_QUERIES: readonly number[] = [8, 13, 15, 17];
const ICMPV6_QUERIES: readonly number[] = [128, 139];

/** `nf_conntrack_icmp_packet` and `nf_conntrack_icmpv6_packet` (6.12). */
export const trackIcmp = (input: TrackInput): TrackVerdict => {
  const { entry, packet, settings } = input;
  if (packet.kind !== 'icmp' && packet.kind !== 'icmpv6') return 'invalid';
  const queries = packet.kind === 'icmp' ? ICMP_QUERIES : ICMPV6_QUERIES;
  if (!entry.status.confirmed && !queries.includes(packet.icmpType)) return 'invalid';
  refresh(input, packet.kind === 'icmp' ? settings.icmpTimeout : settings.icmpv6Timeout);
  return 'accept';
};
