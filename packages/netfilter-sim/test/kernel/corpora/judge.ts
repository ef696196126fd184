import type { Case, CasePacket } from '../../../src/cases/case.ts';
import { flightOf, hasDrawnPort } from '../../../src/cases/run.ts';
import type { CaseDevices, PlayedPacket } from '../../../src/cases/run.ts';
import { seededChance } from '../../../src/chance.ts';
import { newHostState } from '../../../src/host/host.ts';
import type { Host, HostState } from '../../../src/host/host.ts';
import { parseIpSets } from '../../../src/ruleset/ipset/read/sets.ts';
import { atMs } from '../../../src/time.ts';
import { explore } from '../../../src/walk/explore.ts';
import type { Exploration, Possibility } from '../../../src/walk/explore.ts';
import type { Journey } from '../../../src/walk/run.ts';
import { toHeaders, turned } from '../generate/resolve.ts';
import type { KernelAnswer } from '../kernel.ts';
import { drawnPorts, observe, seen } from '../model.ts';
import { comparePackets, differences } from '../observation.ts';
import type { Difference, Observation, SeenPacket } from '../observation.ts';
import { SURROUNDINGS } from '../surroundings.ts';

/** A rule set's node, before any packet. */
export interface Stage {
  readonly host: Host;
  readonly state: HostState;
  readonly devices: CaseDevices;
}

export const stageOf = (host: Host, sets: string, devices: CaseDevices): Stage => ({
  host: { ...host, sockets: SURROUNDINGS.sockets },
  state: { ...newHostState(), sets: parseIpSets(sets, { file: 'sets' }) },
  devices,
});

/** Every way that the model gives a packet: chance has a say in some rule sets. */
const waysOf = ({ host, devices }: Stage, state: HostState, packet: CasePacket): Exploration =>
  explore(host, state, flightOf(packet, 'corpora', devices, SURROUNDINGS.frames), { ports: seededChance(1) });

/** What the one who gets the packet answers, if anybody does. */
export const answerTo = (stage: Stage, packet: CasePacket): CasePacket | undefined => {
  const journey = waysOf(stage, stage.state, packet).possibilities[0]?.journey;
  if (journey === undefined || hasDrawnPort(journey)) return undefined;
  const from = receiverOf(stage, journey);
  const answer = turned(toHeaders(journey.packet));
  if (from === undefined || answer === undefined) return undefined;
  return { from, ...answer, ...(answer.proto === 'tcp' ? { flags: 'SA', seq: 5000, ack: 1001 } : {}) };
};

const receiverOf = ({ devices }: Stage, { outcome }: Journey): CasePacket['from'] | undefined => {
  if (outcome.kind === 'delivered') return 'node';
  if (outcome.kind !== 'forwarded' && outcome.kind !== 'sent') return undefined;
  return (['pod1', 'pod2', 'up'] as const).find((peer) => devices[peer] === outcome.device);
};

export interface Judgement {
  readonly differences: readonly Difference[];
  readonly model: Observation;
  /** Packets whose end the model does not know, by what it says that it lacks. */
  readonly unknown: readonly string[];
}

/** Where chance decides, the model must give the kernel's way among its own. */
export const judge = (stage: Stage, { timed, observation, endedAtMs }: Extract<KernelAnswer, { kind: 'observed' }>): Judgement => {
  let { state } = stage;
  const journeys: (PlayedPacket | undefined)[] = [];
  for (const [at, event] of timed.events.entries()) {
    if (event.kind !== 'send') throw new Error('only packets are sent');
    state = { ...state, now: atMs(event.atMs ?? 0) };
    const origin = event.packet.from === 'node' ? 'raw' : 'device';
    const { possibilities } = waysOf(stage, state, event.packet);
    const fits = possibilities.find((way) => agree(observation.packets[at], way, origin)) ?? possibilities[0];
    if (fits === undefined) throw new Error('every packet has a way');
    state = fits.state;
    journeys.push({ journey: fits.journey, origin });
  }
  const model = observe(timed, { journeys, state }, endedAtMs);
  const unknown = journeys.flatMap((played) => (played?.journey.outcome.kind === 'not-modelled' ? [played.journey.outcome.what] : []));
  return { model, differences: differences(observation, model), unknown };
};

const agree = (kernel: SeenPacket | undefined, { journey }: Possibility, origin: PlayedPacket['origin']): boolean =>
  comparePackets('', kernel, seen({ journey, origin }, new Set(drawnPorts(journey)))).length === 0;

/** A case of these packets. */
export const caseOf = (of: Omit<Case, 'id' | 'node' | 'events' | 'expect' | 'conntrack'>, packets: readonly CasePacket[]): Case => ({
  id: 'corpora',
  node: 'bound',
  ...of,
  events: packets.map((packet) => ({ kind: 'send', packet })),
  expect: [],
  conntrack: [],
});
