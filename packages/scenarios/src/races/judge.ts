import { checkLaw, exploreRace, flightFrom, milliseconds, newHostState, newRaceWorld, runSchedule, send, seededChance } from '@nodelocal/netfilter-sim';
import type { Host, KernelVersion, Law, RaceWorld } from '@nodelocal/netfilter-sim';
import type { RaceExperiment } from './experiment.ts';

/** What an experiment comes to on one kernel, as parts of all orders. */
export interface RaceVerdict {
  readonly kernel: KernelVersion;
  /** A packet is lost. */
  readonly lost: number;
  /** An answer within a few milliseconds (after more than a second) does not come back as from who was asked. */
  readonly promptAnswerLost: number;
  readonly lateAnswerLost: number;
  /** The most entries that any order leaves, the answers' included. */
  readonly entriesMax: number;
}

const OWNER = { kind: 'unknown' } as const;

interface End {
  readonly world: RaceWorld;
  readonly share: number;
}

const endsOf = (host: Host, { packets, sent }: RaceExperiment): readonly End[] => {
  const start = newRaceWorld(newHostState(), packets.map((packet) => flightFrom(host, packet, OWNER)));
  if (sent === 'together') return exploreRace(host, start).results;
  return [{ world: runSchedule(host, start, []).world, share: 1 }];
};

/** Entries after a local server has answered as well, where one did get the packets. */
const entriesAfterAnswers = (host: Host, { state, lanes }: RaceWorld): number => {
  let now = state;
  for (const { flight } of lanes) {
    const { packet, stage } = flight;
    if (stage.kind !== 'ended' || stage.disposition.kind !== 'delivered' || packet.kind !== 'udp') continue;
    const answer = `local: udp ${packet.dst}:${packet.dport} > ${packet.src}:${packet.sport}`;
    now = send(host, now, flightFrom(host, answer, OWNER), seededChance(1)).state;
  }
  return now.conntrack.entries.size;
};

export const judgeRace = (experiment: RaceExperiment, lesson: Host, kernel: KernelVersion): RaceVerdict => {
  const host = { ...experiment.node(lesson), kernelVersion: kernel };
  const ends = endsOf(host, experiment);
  const sent = experiment.packets.map((packet) => flightFrom(host, packet, OWNER).packet);
  const broken = (law: Law): number =>
    ends.filter(({ world }) => checkLaw(law, host, world, sent).kind === 'broken').reduce((sum, { share }) => sum + share, 0);
  return {
    kernel,
    lost: broken({ kind: 'no-packet-lost' }),
    promptAnswerLost: broken({ kind: 'replies-translated', after: milliseconds(5) }),
    lateAnswerLost: broken({ kind: 'replies-translated', after: milliseconds(1500) }),
    entriesMax: Math.max(...ends.map(({ world }) => entriesAfterAnswers(host, world))),
  };
};
