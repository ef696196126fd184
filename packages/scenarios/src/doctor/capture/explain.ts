import { readNode, TCP_FLAG } from '@nodelocal/netfilter-sim';
import type { Node, NodeSnapshot } from '@nodelocal/netfilter-sim';
import type { CapturedPacket } from '../../capture/packet.ts';
import type { Capture } from '../../capture/packets.ts';
import type { Oddity } from '../../capture/dns/oddities.ts';
import { isHarm, odditiesOf } from '../../capture/dns/oddities.ts';
import { questionsIn } from '../../capture/dns/questions.ts';
import type { CapturedQuestion, Questions } from '../../capture/dns/questions.ts';
import { spokenIn } from '../../capture/dns/spoken.ts';
import type { Spoken } from '../../capture/dns/spoken.ts';
import type { Passage } from '../../preflight/way/passage.ts';
import { printSocket, walk } from '../../preflight/way/walk.ts';
import type { DoctorPlan } from '../scene/plan.ts';
import { checkPlan } from '../../preflight/node/check-plan.ts';
import { ownRules } from '../scene/own-rules.ts';
import { deviceOf, placeOf } from './device.ts';
import type { Place } from './device.ts';

/** What the model says of a packet that was seen. */
export interface Modelled {
  readonly place: Place;
  /** Only of what came in or was sent; `undefined` of what was on its way out, which was walked where it came in. */
  readonly passage: Passage | undefined;
  /** Another packet of the capture is the same one further on: whether it is where the model has it; `undefined`: there is none. */
  readonly further: Further | undefined;
}

/** A packet that comes later, on the same way, and where it goes. */
export interface Further {
  /** Its number in the capture. */
  readonly packet: number;
  /** In words. */
  readonly to: string;
  readonly isAsModelled: boolean;
}

/** A captured packet, and what the model says of it. */
export interface ExplainedPacket {
  readonly packet: CapturedPacket;
  /** Where it was seen, by the capture or by who made it; `undefined`: neither says it. */
  readonly device: string | undefined;
  readonly messages: readonly Spoken[];
  /** The question that it asks or answers; `undefined`: none that is known. */
  readonly question: CapturedQuestion | undefined;
  /** `undefined`: the model was not asked. */
  readonly modelled: Modelled | undefined;
}

/** A capture of a node, beside what the model says of the same packets. Plain data. */
export interface CaptureReport {
  /** Those that have to do with DNS. */
  readonly packets: readonly ExplainedPacket[];
  /** How many others there were. */
  readonly others: number;
  readonly oddities: readonly Oddity[];
  /** The octet, from 0, at which the packet begins in which the file ends; `undefined`: the file is whole. */
  readonly cutAt: number | undefined;
  /** Nobody waited, and nothing is other than the model has it. */
  readonly isSound: boolean;
}

const DNS_PORT = 53;

/**
 * What the model says of the packets of a capture that have to do with DNS, and what is odd in them.
 * @param device by which the capture was made, where it does not say so itself
 * @throws InputError where the node's own files cannot be read; RangeError for an address or a port that is none
 */
export const explainCapture = (plan: DoctorPlan, { packets, cutAt }: Capture, device: string | undefined): CaptureReport => {
  checkPlan(plan);
  const node = withoutEntries(plan.snapshot);
  const ports = new Set([DNS_PORT, plan.dnsPort]);
  const messages = spokenIn(packets, ports);
  const questions = questionsIn(messages);
  const modelled = modeller(node, device);
  const explained = packets.filter((packet) => isOfDns(packet, ports)).map((packet): ExplainedPacket => {
    const own = messages.filter((message) => message.packet === packet);
    const question = own[0] && questionOf(own[0], questions);
    return { packet, device: deviceOf(node.host, packet, device), messages: own, question, modelled: asks(packet, own) ? modelled(packet, own[0], question) : undefined };
  });
  const oddities = odditiesOf(packets.filter((packet) => isOfDns(packet, ports)), questions);
  const isSound = !oddities.some(isHarm) && explained.every(({ modelled: said }) => said?.further?.isAsModelled !== false);
  return { packets: explained, others: packets.length - explained.length, oddities, cutAt, isSound };
};

const isOfDns = ({ what }: CapturedPacket, ports: ReadonlySet<number>): boolean => {
  switch (what.kind) {
    case 'udp':
    case 'tcp':
      return ports.has(what.from.port) || ports.has(what.to.port);
    case 'unreachable':
      return what.quoted !== undefined && (ports.has(what.quoted.from.port) || ports.has(what.quoted.to.port));
    case 'fragment':
      return true;
    case 'other':
      return false;
  }
};

const questionOf = (message: Spoken, { asked }: Questions): CapturedQuestion | undefined =>
  asked.find(({ attempts, answers }) => answers.includes(message) || attempts.some((attempt) => attempt.includes(message)));

/** A query by UDP, or the first packet of a connection: what comes later goes as its connection does. */
const asks = ({ what }: CapturedPacket, messages: readonly Spoken[]): boolean => {
  if (what.kind === 'udp') return messages.some(({ kind }) => kind === 'query');
  return what.kind === 'tcp' && (what.flags & (TCP_FLAG.SYN | TCP_FLAG.ACK)) === TCP_FLAG.SYN;
};

/** Entries that the node has may have come of the very packets: each is walked as the first of its flow. */
const withoutEntries = (snapshot: NodeSnapshot): Node => {
  const { 'conntrack.txt': _entries, ...contents } = snapshot.contents;
  return readNode({ ...snapshot, contents });
};

type Modeller = (packet: CapturedPacket, message: Spoken | undefined, question: CapturedQuestion | undefined) => Modelled | undefined;

const modeller = (node: Node, named: string | undefined): Modeller => {
  const newRules = ownRules(node.host);
  return (packet, message, question) => {
    const { what } = packet;
    if (what.kind !== 'udp' && what.kind !== 'tcp') return undefined;
    const { from, to } = what;
    const place = placeOf(node.host, packet, from.address, named);
    const start = place.kind === 'came-in' ? place.device : place.kind === 'sent' ? 'local' : undefined;
    if (start === undefined) return { place, passage: undefined, further: undefined };
    const words = what.kind === 'udp' ? `payload ${what.payload.length}` : `flags S seq ${what.sequence} mss 1460 wscale 7`;
    const text = `${start}: ${what.kind} ${printSocket(from.address, from.port)} > ${printSocket(to.address, to.port)} ${words}`;
    const { passage } = walk(node, text, newRules);
    return { place, passage, further: message && question && furtherOf(passage, message, question) };
  };
};

/** The same packet as it leaves the node, perhaps translated: it is to be one of those that the model lets out. */
const furtherOf = ({ ways }: Passage, message: Spoken, { attempts }: CapturedQuestion): Further | undefined => {
  const attempt: readonly Spoken[] = attempts.find((seen) => seen.includes(message)) ?? [];
  const isTranslated = ({ server }: Spoken): boolean => server.address !== message.server.address;
  const next = attempt.slice(attempt.indexOf(message) + 1).find((seen) => seen.packet.direction === 'out' || isTranslated(seen));
  if (next === undefined) return undefined;
  const to = printSocket(next.server.address, next.server.port);
  const goesThere = ways.some((way) => (way.end.kind === 'forwarded' || way.end.kind === 'sent') && way.to.includes(to));
  return { packet: next.packet.number, to, isAsModelled: goesThere };
};
