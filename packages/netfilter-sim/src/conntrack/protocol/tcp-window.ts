import { TCP_FLAG, tcpHeaderBytes } from '../../packet/packet.ts';
import type { TcpPacket } from '../../packet/packet.ts';
import type { SegmentKind, TcpSide, TcpWindows, LastSegment } from '../entry/tcp-tracking.ts';
import type { Direction } from '../entry/tuple.ts';

export const newSide = (): TcpSide => ({
  end: 0,
  endMax: 0,
  windowMax: 0,
  scale: 0,
  ackMax: undefined,
  offersScale: false,
  liberal: false,
  dataUnacknowledged: false,
  closeInitiated: false,
});

const wrap = (sequence: number): number => sequence >>> 0;
/** RFC 9293 §3.4: sequence numbers compare modulo 2³². */
const before = (a: number, b: number): boolean => ((a - b) | 0) < 0;
const after = (a: number, b: number): boolean => before(b, a);

/** SYN and FIN each take one sequence number (`segment_seq_plus_len`). */
export const segmentEnd = ({ sequence, payloadBytes, flags }: TcpPacket): number =>
  wrap(sequence + payloadBytes + ((flags & TCP_FLAG.SYN) === 0 ? 0 : 1) + ((flags & TCP_FLAG.FIN) === 0 ? 0 : 1));

/** RFC 7323 §2.3: a shift above 14 counts as 14. */
const SCALE_MAX = 14;

/** `tcp_options` (5.18): a header without any tells nothing; any of them ends what the side's flags said, but for the liberal one. */
export const readOptions = (side: TcpSide, { options }: TcpPacket): void => {
  if (tcpHeaderBytes(options) === tcpHeaderBytes({})) return;
  side.ackMax = undefined;
  side.dataUnacknowledged = false;
  side.closeInitiated = false;
  side.offersScale = options.windowScale !== undefined;
  side.scale = Math.min(options.windowScale ?? 0, SCALE_MAX);
};

/** `nf_ct_tcp_state_reset` (nf_conntrack_proto_tcp.c, 6.12). */
export const resetSide = (side: TcpSide): void => {
  Object.assign(side, { ...newSide(), liberal: side.liberal });
};

/** `tcp_init_sender`: a SYN or SYN/ACK starts its direction anew. */
const startSender = (windows: TcpWindows, packet: TcpPacket, direction: Direction): void => {
  const { sender, receiver } = ends(windows, direction);
  sender.end = segmentEnd(packet);
  sender.endMax = sender.end;
  sender.windowMax = Math.max(packet.window, 1);
  readOptions(sender, packet);
  // RFC 7323 §2.2: scaling needs the option from both sides.
  if (direction === 'reply' && !(sender.offersScale && receiver.offersScale)) {
    sender.scale = 0;
    receiver.scale = 0;
  }
};

const ends = ({ sides }: TcpWindows, direction: Direction): { readonly sender: TcpSide; readonly receiver: TcpSide } =>
  direction === 'original'
    ? { sender: sides.original, receiver: sides.reply }
    : { sender: sides.reply, receiver: sides.original };

/** MAXACKWINDOW: how far behind an acknowledgement may lag. */
const ackWindow = (sender: TcpSide): number => Math.max(sender.windowMax, 66_000);

/** `inside`: part of the connection; `ignored`: passes but tells nothing; `outside`: invalid. */
export type WindowVerdict = 'inside' | 'ignored' | 'outside';

/** `tcp_in_window` (nf_conntrack_proto_tcp.c, 6.12), without selective acknowledgements. */
export const checkWindow = (
  windows: TcpWindows,
  packet: TcpPacket,
  { direction, kind, beLiberal }: { readonly direction: Direction; readonly kind: SegmentKind; readonly beLiberal: boolean },
): WindowVerdict => {
  const { sender, receiver } = ends(windows, direction);
  const has = (flag: number): boolean => (packet.flags & flag) !== 0;
  const refused = (verdict: WindowVerdict): WindowVerdict => (sender.liberal || beLiberal ? 'inside' : verdict);
  let { sequence } = packet;
  let end = segmentEnd(packet);
  let ack = packet.acknowledgement;

  if (sender.windowMax === 0) {
    if (has(TCP_FLAG.SYN)) {
      startSender(windows, packet, direction);
      if (!has(TCP_FLAG.ACK)) return 'inside'; // simultaneous open
    } else {
      pickUp(sender, receiver, { end, ack, window: packet.window });
    }
  } else if (
    has(TCP_FLAG.SYN) &&
    after(end, sender.end) &&
    (windows.state === 'SYN_SENT' || windows.state === 'SYN_RECV')
  ) {
    startSender(windows, packet, direction);
    if (direction === 'reply' && !has(TCP_FLAG.ACK)) return 'inside';
  }

  // Stacks that set ACK in a RST with a zero number mean none.
  if (!has(TCP_FLAG.ACK) || (has(TCP_FLAG.RST) && ack === 0)) ack = receiver.end;
  if (has(TCP_FLAG.RST) && sequence === 0 && windows.state === 'SYN_SENT') {
    sequence = sender.end; // a RST that answers a SYN
    end = sender.end;
  }

  if (!before(sequence, wrap(sender.endMax + 1))) {
    const overshot = wrap(end - sender.endMax + 1);
    const inReceiveWindow = receiver.windowMax !== 0 && after(end, wrap(sender.end - receiver.windowMax - 1));
    const ackInWindow = after(ack, wrap(receiver.end - ackWindow(sender) - 1));
    if (inReceiveWindow && ackInWindow && overshot <= receiver.windowMax && before(ack, wrap(receiver.end + 1))) {
      // More octets than the window allows: remember them, their acknowledgement may come.
      sender.end = end;
      sender.dataUnacknowledged = true;
      return refused('ignored');
    }
    return refused('outside');
  }
  if (!before(ack, wrap(receiver.end + 1))) return refused('outside');
  if (receiver.windowMax !== 0 && !after(end, wrap(sender.end - receiver.windowMax - 1))) return refused('ignored');
  if (!after(ack, wrap(receiver.end - ackWindow(sender) - 1))) return refused('ignored');

  advance(sender, receiver, { end, ack, window: has(TCP_FLAG.SYN) ? packet.window : packet.window << sender.scale, acks: has(TCP_FLAG.ACK) });
  if (kind === 'ack') countRetransmission(windows, { kind: windows.last.kind, direction, sequence, acknowledgement: ack, end, window: packet.window });
  return 'inside';
};

interface Progress {
  readonly end: number;
  readonly ack: number;
  readonly window: number;
}

/** The history of this side is lost; its first segment has to do. */
const pickUp = (sender: TcpSide, receiver: TcpSide, { end, ack, window }: Progress): void => {
  sender.end = end;
  sender.windowMax = Math.max(window << sender.scale, 1);
  sender.endMax = wrap(end + sender.windowMax);
  if (receiver.windowMax === 0) {
    receiver.end = ack;
    receiver.endMax = ack;
  } else if (ack === wrap(receiver.end + 1)) {
    receiver.end = ack; // likely the answer to a keepalive
  }
};

const advance = (sender: TcpSide, receiver: TcpSide, { end, ack, window, acks }: Progress & { readonly acks: boolean }): void => {
  sender.windowMax = Math.max(sender.windowMax, window);
  if (after(end, sender.end)) {
    sender.end = end;
    sender.dataUnacknowledged = true;
  }
  if (acks && (sender.ackMax === undefined || after(ack, sender.ackMax))) sender.ackMax = ack;
  if (receiver.windowMax !== 0 && after(end, sender.endMax)) receiver.windowMax += wrap(end - sender.endMax);
  if (after(wrap(ack + window), wrap(receiver.endMax - 1))) {
    receiver.endMax = wrap(ack + window + (window === 0 ? 1 : 0));
  }
  if (ack === receiver.end) receiver.dataUnacknowledged = false;
};

const countRetransmission = (windows: TcpWindows, now: LastSegment): void => {
  const { last } = windows;
  const again =
    last.direction === now.direction &&
    last.sequence === now.sequence &&
    last.acknowledgement === now.acknowledgement &&
    last.end === now.end &&
    last.window === now.window;
  windows.retransmissions = again ? windows.retransmissions + 1 : 0;
  Object.assign(last, now);
};
