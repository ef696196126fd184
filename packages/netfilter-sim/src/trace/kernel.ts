import { packetBytes, protocolOf, TCP_FLAG } from '../packet/packet.ts';
import type { Packet } from '../packet/packet.ts';
import { nftTraceLines } from './nftables.ts';
import type { RuleStep, TraceStep } from './step.ts';

/** `table:CHAIN:rule:N`, as the kernel's TRACE target names places. */
const kernelMark = ({ table, chain, place, number }: RuleStep): string => `${table}:${chain}:${place}:${number}`;

const isTraced = (step: TraceStep): step is RuleStep => step.kind === 'rule' && step.traced;

/** The marks that the kernel would log for a packet that `-j TRACE` saw. */
export const kernelMarks = (trace: readonly TraceStep[]): readonly string[] => trace.filter(isTraced).map(kernelMark);

/**
 * The kernel's log lines (nf_log_syslog.c, 6.12) and, for rules of nftables, those of `nft monitor
 * trace`; without what the model does not know: MAC addresses and ids.
 */
export const kernelLines = (trace: readonly TraceStep[]): readonly string[] =>
  trace.flatMap((step) => {
    if (isTraced(step)) return [`TRACE: ${kernelMark(step)} ${describe(step)}`];
    return step.kind === 'nft-rule' && step.traced ? nftTraceLines(step) : [];
  });

const hex = (value: number, digits: number): string => `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;

const describe = ({ packet, inDevice, outDevice, markBefore }: RuleStep): string =>
  [
    `IN=${inDevice} OUT=${outDevice}`,
    `SRC=${packet.src} DST=${packet.dst} LEN=${packetBytes(packet)}`,
    packet.family === 'ipv4'
      ? `TOS=${hex(packet.tos & 0x1e, 2)} PREC=${hex(packet.tos & 0xe0, 2)} TTL=${packet.ttl}`
      : `TC=${packet.tos} HOPLIMIT=${packet.ttl}`,
    describeLayer4(packet),
    ...(markBefore === 0 ? [] : [`MARK=0x${markBefore.toString(16)}`]),
  ].join(' ');

const describeLayer4 = (packet: Packet): string => {
  switch (packet.kind) {
    case 'udp':
      return `PROTO=UDP SPT=${packet.sport} DPT=${packet.dport} LEN=${packet.payloadBytes + 8}`;
    case 'tcp': {
      const names = (['CWR', 'ECE', 'URG', 'ACK', 'PSH', 'RST', 'SYN', 'FIN'] as const).filter(
        (name) => (packet.flags & TCP_FLAG[name]) !== 0,
      );
      return `PROTO=TCP SPT=${packet.sport} DPT=${packet.dport} WINDOW=${packet.window} RES=0x00 ${names.join(' ')} URGP=0`;
    }
    case 'icmp':
    case 'icmpv6': {
      const name = packet.kind === 'icmp' ? 'ICMP' : 'ICMPv6';
      return `PROTO=${name} TYPE=${packet.icmpType} CODE=${packet.icmpCode} ID=${packet.icmpId}`;
    }
    case 'ported':
    case 'other':
      return `PROTO=${protocolOf(packet)}`;
  }
};
