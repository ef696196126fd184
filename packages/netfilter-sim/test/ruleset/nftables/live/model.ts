import { arriving, atMs, explore, kernelLines, leaving, readNode } from '@nodelocal/netfilter-sim';
import type { Host, HostState, Journey, Possibility, Registrant } from '@nodelocal/netfilter-sim';
import { seenBy } from './kernel.ts';
import type { KernelReport } from './kernel.ts';
import { toPacket, toWire, write } from './packet.ts';

const DEVICES = { pod1: 'vpod1', pod2: 'vpod2', up: 'eth0' } as const;
const ROOT = { kind: 'socket', uid: 0, gid: 0, supplementaryGids: [] } as const;
/** Ports that masquerading may draw begin here (nf_nat_core.c, 6.12). */
const DRAWN_FROM = 1024;

/** Where a packet and those that it set off were seen. */
const sightings = (journey: Journey): readonly string[] => {
  const { outcome, packet, answers } = journey;
  const own =
    outcome.kind === 'forwarded' || outcome.kind === 'sent'
      ? [write(outcome.device, toWire(packet))]
      : outcome.kind === 'delivered'
        ? [write('local', toWire(packet))]
        : outcome.kind === 'not-modelled'
          ? [`not modelled: ${outcome.what}`]
          : [];
  return [...own, ...answers.flatMap(sightings)].sort();
};

const linesOf = (journey: Journey): readonly string[] => [
  ...kernelLines(journey.trace),
  ...journey.answers.flatMap(linesOf),
];

export interface ModelReport {
  readonly seen: readonly (readonly string[])[];
  readonly trace: readonly (readonly string[])[];
  readonly state: HostState;
  readonly host: Host;
}

/**
 * Walks the same packets through the model. Where chance decides, the way that the kernel took must
 * be one of those that the model can take; it is followed, with the port that the kernel drew.
 */
export const askModel = ({ snapshot, events }: KernelReport, registeredFirst: Registrant = 'iptables'): ModelReport => {
  const node = readNode({ folder: 'live', contents: snapshot }, { registeredFirst });
  const { host } = node;
  let { state } = node;
  const seen: (readonly string[])[] = [];
  const trace: (readonly string[])[] = [];
  for (const event of events) {
    const { sent } = event;
    if (sent === null) {
      seen.push([]);
      trace.push([]);
      continue;
    }
    state = { ...state, now: atMs(event.atMs) };
    const packet = toPacket(sent);
    const flight =
      sent.from === 'node' ? leaving(packet, { origin: 'raw', owner: ROOT }) : arriving(packet, DEVICES[sent.from]);
    const drawn = event.seen.map(([, found]) => found.sport).find((found) => found !== undefined) ?? DRAWN_FROM;
    const { possibilities } = explore(host, state, flight, {
      ports: { integer: (below) => (drawn - DRAWN_FROM + below) % below },
    });
    const wanted = seenBy(event).join('\n');
    const taken: Possibility | undefined =
      possibilities.find(({ journey }) => sightings(journey).join('\n') === wanted) ?? possibilities[0];
    if (taken === undefined) throw new Error('a packet has at least one way');
    seen.push(sightings(taken.journey));
    trace.push(linesOf(taken.journey));
    state = taken.state;
  }
  return { seen, trace, state, host };
};
