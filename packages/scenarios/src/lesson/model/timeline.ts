import type { LessonCluster } from './cluster.ts';
import { editedCorefile, loggingCorefile } from './corefile.ts';
import { cachePod } from './pods.ts';
import type { Act, Looked, Outcome } from './reader.ts';
import { perform } from './reader.ts';

/** When the reader comes to which step, in seconds since the oldest node was made. What step 7 shows is there after step 8. */
const SECONDS: Readonly<Record<number, number>> = {
  1: 630, 2: 640, 3: 700, 4: 710, 5: 720,
  6: 730, 7: 790, 8: 780, 9: 810, 10: 904,
  11: 940, 12: 970, 13: 1000, 14: 1030, 15: 1060,
  16: 1090, 17: 1120, 18: 1150, 19: 1160, 20: 1165,
  21: 1180, 22: 1300, 23: 1320, 24: 1400, 25: 1500,
};

/** Between two commands that the reader has at hand. */
export const NEXT_COMMAND_SECONDS = 2;

/** In seconds since 1970. */
export const momentOf = ({ listing: { nodes } }: LessonCluster, step: number): number =>
  Math.min(...nodes.map(({ createdAt }) => createdAt)) + (SECONDS[step] ?? 0);

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
