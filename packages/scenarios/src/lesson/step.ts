import type { LessonCluster } from './model/cluster.ts';

/** A command as the reader types it, and what comes of it. */
export interface Exhibit {
  /** Lines of a shell; none where the lesson has something to be looked at, and no command. */
  readonly commands: readonly string[];
  readonly output: readonly string[];
  /** What is to be seen in it, in a sentence. */
  readonly see?: string;
}

/** An exercise of the lesson. */
export interface LessonStep {
  /** As the lesson numbers them. */
  readonly number: number;
  readonly title: string;
  /**
   * What its reader sees.
   * @param now seconds since 1970
   * @throws LessonClusterError where the cluster lacks what the step is about
   */
  readonly show: (cluster: LessonCluster, now: number) => readonly Exhibit[];
}

/** What stands in the place of an output that only a walk through IPVS could tell. */
export const needsIpvsWalk = (commands: readonly string[]): Exhibit => ({
  commands,
  output: [],
  see: 'This needs the walk through IPVS, which is not modelled yet: the cache asks a virtual server.',
});
