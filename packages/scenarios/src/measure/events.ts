import type { LossCause } from '../scenario/expectation.ts';
import type { Actor, RecordedEvent, RecordedLoss, RecordedPacket, Recording } from '../run/recording.ts';

export type PacketEvent = RecordedEvent & RecordedPacket;
type LossEvent = RecordedEvent & RecordedLoss;

export const isPacket = (event: RecordedEvent): event is PacketEvent => event.kind === 'packet';
const isLoss = (event: RecordedEvent): event is LossEvent => event.kind === 'lost';

export const packetsOf = ({ events }: Recording): readonly PacketEvent[] => events.filter(isPacket);

/** Who looks names up on the node. */
export const isClient = (actor: Actor | 'nobody'): boolean => actor === 'pod' || actor === 'process';

/** Who is asked by the cache, or by clients without one. */
export const isServer = (actor: Actor | 'nobody'): boolean => actor === 'CoreDNS' || actor === 'gateway' || actor === 'resolved';

/** A question that a client sent, by UDP or TCP. */
export const isClientQuestion = ({ from, message }: RecordedPacket): boolean => isClient(from) && message !== undefined && message.answer === undefined;

/** An answer that came to a client. */
const isClientAnswer = ({ to, message }: RecordedPacket): boolean => isClient(to) && message?.answer !== undefined;

const askedOf = ({ sent }: RecordedPacket): string => ('sport' in sent ? `${sent.src} ${sent.sport} ${sent.dst}` : '');
const answeredOf = ({ journey: { packet } }: RecordedPacket): string => ('dport' in packet ? `${packet.dst} ${packet.dport} ${packet.src}` : '');

/** Answers that came to clients: from whom they had asked, and from elsewhere, which no resolver takes. */
export const answersOf = (recording: Recording): { readonly taken: readonly PacketEvent[]; readonly stray: readonly PacketEvent[] } => {
  const packets = packetsOf(recording);
  const asked = new Set(packets.filter(({ from }) => isClient(from)).map(askedOf));
  const answers = packets.filter(isClientAnswer);
  return { taken: answers.filter((packet) => asked.has(answeredOf(packet))), stray: answers.filter((packet) => !asked.has(answeredOf(packet))) };
};

/** Whose answers clients took. */
export const answeredBy = (recording: Recording): readonly Actor[] => [...new Set(answersOf(recording).taken.map(({ from }) => from))];

/** Servers that are not on the node; packets to and from them pass the network between nodes. */
const serversElsewhere = ({ given }: Recording): ReadonlySet<string> => new Set(given.servers.flatMap(({ name, at }) => (at.kind === 'elsewhere' ? [name] : [])));

/** How often a packet went from node to node, or was to. */
export const nodeCrossings = (recording: Recording): number => {
  const elsewhere = serversElsewhere(recording);
  return recording.events.filter((event) => {
    if (isLoss(event)) return elsewhere.has(event.from);
    if (!isPacket(event)) return false;
    const leaves = event.journey.outcome.kind === 'forwarded' || event.journey.outcome.kind === 'sent';
    return elsewhere.has(event.from) || elsewhere.has(event.to) || (event.to === 'nobody' && leaves);
  }).length;
};

/** How many links all packets passed: one on the way to the node, if it came from elsewhere, and one on the way from it. */
export const linksPassed = (recording: Recording): number =>
  packetsOf(recording).reduce((sum, { journey: { trace, outcome } }) => {
    const came = trace[0]?.kind === 'arrived' ? 1 : 0;
    return sum + came + (outcome.kind === 'forwarded' || outcome.kind === 'sent' ? 1 : 0);
  }, 0);

/** A packet that did not come to where it was to go, and why. */
export interface Loss {
  readonly atMs: number;
  readonly event: PacketEvent | LossEvent;
  /** The kind of a drop's reason; `nobody-there`: it left by a device behind which nobody has its destination. */
  readonly why: LossCause;
}

export const lossesOf = ({ events }: Recording): readonly Loss[] =>
  events.flatMap((event): readonly Loss[] => {
    const { atMs } = event;
    if (isLoss(event)) return [{ atMs, event, why: event.why }];
    if (!isPacket(event) || event.to !== 'nobody') return [];
    const { outcome } = event.journey;
    switch (outcome.kind) {
      case 'dropped':
        return [{ atMs, event, why: outcome.reason.kind }];
      case 'forwarded':
      case 'sent':
        return [{ atMs, event, why: 'nobody-there' }];
      // A closed port is answered for; and of what is not modelled nobody knows.
      case 'delivered':
      case 'not-modelled':
      case 'held':
        return [];
    }
  });

/** What the model lacks, in its own words, once for each packet that met it. */
export const notModelledOf = (recording: Recording): readonly string[] =>
  packetsOf(recording).flatMap(({ journey: { outcome } }) => (outcome.kind === 'not-modelled' ? [outcome.what] : []));
