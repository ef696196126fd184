import type { LessonCluster } from './cluster.ts';
import { cachePod } from './cluster.ts';
import { editedCorefile, loggingCorefile } from './corefile.ts';
import type { Act, Looked, Outcome } from './reader.ts';
import { perform } from './reader.ts';

/** When the reader comes to which step, in seconds since the oldest node was made. */
const SECONDS = [
  630, 640, 700, 710, 720, 730, 790, 780, 810, 904, 940, 970, 1000, 1030, 1060, 1090, 1120, 1150, 1160, 1165, 1180, 1300, 1320, 1400, 1500,
];

/** Between two commands that the reader has at hand. */
export const NEXT_COMMAND_SECONDS = 2;

/** In seconds since 1970. */
export const momentOf = ({ listing: { nodes } }: LessonCluster, step: number): number =>
  Math.min(...nodes.map(({ createdAt }) => createdAt)) + (SECONDS[step - 1] ?? 0);

/** An act of a step. */
interface StepAct extends Act {
  readonly step: number;
}

/** What came of the acts of a step. */
type Seen = (step: number) => readonly Outcome[];

const seenOf = (cluster: LessonCluster, edited: string, startedAt: number, planned: readonly Omit<StepAct, 'atSeconds'>[]): Seen => {
  const acts = planned.map(({ step, name }, at): StepAct => {
    const before = planned.slice(0, at).filter((other) => other.step === step).length;
    return { step, name, atSeconds: momentOf(cluster, step) - startedAt + before * NEXT_COMMAND_SECONDS };
  });
  const outcomes = perform(cluster, edited, acts);
  return (step) => outcomes.filter((_, at) => acts[at]?.step === step);
};

const NAME = 'kubernetes.default';

/** What the cache sees of the reader before its pods are restarted: lookups and looks at its metrics. @throws LessonClusterError */
export const beforeRestart = (cluster: LessonCluster): Seen => {
  const look = (step: number) => ({ step, name: NAME });
  const scrape = (step: number) => ({ step, name: undefined });
  const repeated = Array.from({ length: cluster.repeats }, () => look(18));
  return seenOf(cluster, editedCorefile(cluster), cachePod(cluster).createdAt, [look(12), ...repeated, scrape(19), scrape(20), look(20), scrape(20), scrape(21)]);
};

/** And after: the pods are new, with nothing cached, and log. @throws LessonClusterError */
export const afterRestart = (cluster: LessonCluster): Seen =>
  seenOf(cluster, loggingCorefile(cluster), momentOf(cluster, 23), [NAME, 'google.com'].map((name) => ({ step: 24, name })));

export const lookupsOf = (outcomes: readonly Outcome[]): readonly Looked[] => outcomes.flatMap((outcome) => (outcome.kind === 'looked' ? [outcome] : []));
