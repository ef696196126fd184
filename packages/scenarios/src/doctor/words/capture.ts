import { PLAIN } from '@nodelocal/netfilter-sim';
import type { Paint } from '@nodelocal/netfilter-sim';
import type { Oddity } from '../../capture/dns/oddities.ts';
import { isHarm } from '../../capture/dns/oddities.ts';
import type { CapturedQuestion } from '../../capture/dns/questions.ts';
import type { Spoken } from '../../capture/dns/spoken.ts';
import type { CapturedEnd, CapturedPacket } from '../../capture/packet.ts';
import { passageWords } from '../../preflight/words/way.ts';
import { printSocket } from '../../preflight/way/walk.ts';
import type { CaptureReport, ExplainedPacket, Modelled } from '../capture/explain.ts';
import { oddityWords } from './oddity.ts';

/**
 * A capture for a person: packet by packet, then what is odd in it. `device` is the link that has the cache's addresses. Without
 * `paint` it has no colours.
 */
export const describeCapture = (report: CaptureReport, device: string, paint: Paint = PLAIN): readonly string[] => {
  const startMs = report.packets[0]?.packet.atMs ?? 0;
  const harm = report.oddities.filter(isHarm);
  const notes = report.oddities.filter((oddity) => !isHarm(oddity));
  return [
    paint.strong(verdictLine(report, harm.length)),
    '',
    ...report.packets.flatMap((each) => packetLines(each, startMs, device, paint)),
    ...(report.others === 0 ? [] : [`and ${report.others} packets that have nothing to do with DNS`]),
    ...(report.cutAt === undefined ? [] : [`the file ends in the middle of a packet, at octet ${report.cutAt}`]),
    '',
    ...section('What somebody waited for', harm, paint),
    ...section('What else is to be seen', notes, paint),
  ];
};

const verdictLine = ({ packets, oddities, isSound }: CaptureReport, harm: number): string => {
  if (packets.length === 0) return 'the capture has no packet of DNS';
  const head = `the capture has ${packets.length} ${packets.length === 1 ? 'packet' : 'packets'} of DNS`;
  if (isSound && oddities.some(({ kind }) => kind === 'open')) return `${head}, and ends before all questions are answered`;
  if (isSound) return `${head}: every question is answered, by whom it was asked of`;
  return harm > 0 ? `${head}, and ${harm} ${harm === 1 ? 'thing' : 'things'} for which somebody waited` : `${head}, and not all of them go where the model has them`;
};

const section = (head: string, oddities: readonly Oddity[], paint: Paint): readonly string[] =>
  oddities.length === 0 ? [] : [paint.strong(head), ...oddities.map((oddity) => `  ${oddityWords(oddity)}`), ''];

const packetLines = (explained: ExplainedPacket, startMs: number, device: string, paint: Paint): readonly string[] => {
  const { packet, device: seenAt = '', messages, question, modelled } = explained;
  const where = [seenAt, packet.direction ?? ''].filter((word) => word !== '').join(' ');
  const said = messages.length === 0 ? contentWords(packet) : messages.map((message) => messageWords(message, question)).join('; ');
  const head = `${String(packet.number).padStart(4)} ${`+${(packet.atMs - startMs).toFixed(2)} ms`.padStart(14)}  ${where === '' ? '' : `${where}: `}${endsOf(packet)} ${said}`;
  return [head.trimEnd(), ...(modelled === undefined ? [] : modelLines(modelled, device).map((line) => paint.faint(`${' '.repeat(21)}${line}`)))];
};

const socket = ({ address, port }: CapturedEnd): string => printSocket(address, port);

const endsOf = ({ what }: CapturedPacket): string => {
  switch (what.kind) {
    case 'udp':
    case 'tcp':
      return `${what.kind} ${socket(what.from)} > ${socket(what.to)}`;
    case 'unreachable':
    case 'fragment':
      return `${what.from} > ${what.to}`;
    case 'other':
      return '';
  }
};

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

const contentWords = ({ what }: CapturedPacket): string => {
  switch (what.kind) {
    case 'udp':
      return `${what.payload.length} octets that are no DNS message`;
    case 'tcp': {
      const flags = FLAGS.filter((_, bit) => (what.flags & (1 << bit)) !== 0).join(' ');
      return `${flags}${what.payload.length === 0 ? '' : `, ${what.payload.length} octets`}`;
    }
    case 'unreachable':
      return `ICMP: ${what.why}${what.quoted === undefined ? '' : ` (${socket(what.quoted.from)} > ${socket(what.quoted.to)})`}`;
    case 'fragment':
      return `a fragment, from octet ${what.offset} on, of packet ${what.id}: its ports are in the first one`;
    case 'other':
      return what.what;
  }
};

const messageWords = (message: Spoken, question: CapturedQuestion | undefined): string => {
  if (message.kind === 'query') return `asks ${message.question} (id ${message.id})`;
  const says = message.addresses.length > 0 ? message.addresses.join(' ') : message.rcode === 'NOERROR' ? 'no such record' : message.rcode;
  const asked = question?.attempts.findLast(([{ packet }]) => packet.atMs <= message.packet.atMs)?.[0].packet.number;
  return `answers ${message.question}: ${says}${message.isTruncated ? ', truncated' : ''}${asked === undefined ? ', which was not seen asked' : ` (to packet ${asked})`}`;
};

const modelLines = ({ place, passage, further }: Modelled, device: string): readonly string[] => {
  const model = (): string => {
    switch (place.kind) {
      case 'came-in':
        return `the model, in by ${place.device}${place.isInferred ? ' (by the route to its sender)' : ''}: ${passage === undefined ? '' : passageWords(passage, device, "the cache's")}`;
      case 'sent':
        return `the model, sent by the node: ${passage === undefined ? '' : passageWords(passage, device, "the cache's")}`;
      case 'on-its-way-out':
        return 'on its way out: the model walks it where it comes in';
      case 'not-known':
        return `the model does not have it: ${place.why}`;
    }
  };
  if (further === undefined) return [model()];
  return [model(), further.isAsModelled ? `as in the model, packet ${further.packet} is it on its way to ${further.to}` : `not as in the model: packet ${further.packet} is it on its way to ${further.to}`];
};
