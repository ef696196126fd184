import { atLeast } from '../../kernel-version.ts';
import { later, seconds } from '../../time.ts';
import type { TrackInput, TrackVerdict } from './machine.ts';
import { refresh } from './refresh.ts';

/** How long both sides must have talked before a flow counts as a stream. */
const STREAM_AFTER = seconds(2);

/** `nf_conntrack_udp_packet` (nf_conntrack_proto_udp.c, 6.12, and earlier where it says so); also UDP-Lite. */
export const trackUdp = (input: TrackInput): TrackVerdict => {
  const { entry, direction, now, settings, version } = input;
  const { tracking, status } = entry;
  if (tracking.kind !== 'udp') return 'invalid';
  if (!status.confirmed) tracking.streamAt = later(now, STREAM_AFTER);
  if (!status.seenReply) {
    // Until c46172147ebb (5.9) the first reply was the last one to such an entry.
    if (status.natClash && direction === 'reply' && !atLeast(version, 5, 9)) return 'close';
    refresh(input, settings.udpTimeout);
    return 'accept';
  }
  // Before d535c8a69c19 (5.0) whatever follows the first answer makes a stream; until 5.16 it makes the entry assured.
  const stream = !atLeast(version, 5, 0) || now > tracking.streamAt;
  refresh(input, stream ? settings.udpTimeoutStream : settings.udpTimeout);
  // An entry that lost a clash lives on borrowed time and must stay evictable.
  if ((stream || !atLeast(version, 5, 16)) && !status.natClash) status.assured = true;
  return 'accept';
};
