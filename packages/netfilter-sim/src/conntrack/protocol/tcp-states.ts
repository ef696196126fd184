import { TCP_FLAG } from '../../packet/packet.ts';
import type { TcpPacket } from '../../packet/packet.ts';
import { TCP_STATES } from '../entry/tcp-tracking.ts';
import type { SegmentKind, TcpState } from '../entry/tcp-tracking.ts';
import type { Direction } from '../entry/tuple.ts';

export const segmentKind = ({ flags }: TcpPacket): SegmentKind => {
  if ((flags & TCP_FLAG.RST) !== 0) return 'rst';
  if ((flags & TCP_FLAG.SYN) !== 0) return (flags & TCP_FLAG.ACK) === 0 ? 'syn' : 'synack';
  if ((flags & TCP_FLAG.FIN) !== 0) return 'fin';
  return (flags & TCP_FLAG.ACK) === 0 ? 'none' : 'ack';
};

/** `ignored` segments pass and change nothing; `invalid` ones belong to no connection. */
export type Transition = TcpState | 'ignored' | 'invalid';

const NAMES: Readonly<Record<string, Transition>> = {
  SS: 'SYN_SENT',
  SR: 'SYN_RECV',
  ES: 'ESTABLISHED',
  FW: 'FIN_WAIT',
  CW: 'CLOSE_WAIT',
  LA: 'LAST_ACK',
  TW: 'TIME_WAIT',
  CL: 'CLOSE',
  S2: 'SYN_SENT2',
  IG: 'ignored',
  IV: 'invalid',
};

/** `tcp_conntracks` (nf_conntrack_proto_tcp.c, 6.12): one column for each state of `TCP_STATES`. */
const TABLE: Readonly<Record<Direction, Readonly<Record<SegmentKind, string>>>> = {
  original: {
    //       NO SS SR ES FW CW LA TW CL S2
    syn: '   SS SS IG IG IG IG IG SS SS S2',
    synack: 'IV IV SR IV IV IV IV IV IV SR',
    fin: '   IV IV FW FW LA LA LA TW CL IV',
    ack: '   ES IV ES ES CW CW TW TW CL IV',
    rst: '   IV CL CL CL CL CL CL CL CL CL',
    none: '  IV IV IV IV IV IV IV IV IV IV',
  },
  reply: {
    syn: '   IV S2 IV IV IV IV IV SS IV S2',
    synack: 'IV SR IG IG IG IG IG IG IG SR',
    fin: '   IV IV FW FW LA LA LA TW CL IV',
    ack: '   IV IG SR ES CW CW TW TW CL IG',
    rst: '   IV CL CL CL CL CL CL CL CL CL',
    none: '  IV IV IV IV IV IV IV IV IV IV',
  },
};

const row = (text: string): readonly Transition[] =>
  text
    .trim()
    .split(' ')
    .map((cell) => NAMES[cell] ?? 'invalid');

const rows = (of: Readonly<Record<SegmentKind, string>>): Readonly<Record<SegmentKind, readonly Transition[]>> => ({
  syn: row(of.syn),
  synack: row(of.synack),
  fin: row(of.fin),
  ack: row(of.ack),
  rst: row(of.rst),
  none: row(of.none),
});

const TRANSITIONS = { original: rows(TABLE.original), reply: rows(TABLE.reply) };

export const nextState = (direction: Direction, kind: SegmentKind, state: TcpState): Transition =>
  TRANSITIONS[direction][kind][TCP_STATES.indexOf(state)] ?? 'invalid';
