import type { Host } from '@nodelocal/netfilter-sim';

/** Packets that race on the lesson's node, with one thing changed. */
export interface RaceExperiment {
  /** As pages and tests call it. */
  readonly name: string;
  /** What is different, in one sentence. */
  readonly what: string;
  /** The node, made of the lesson's: see `nodes/lesson`. */
  readonly node: (lesson: Host) => Host;
  /** In the notation of netfilter-sim. */
  readonly packets: readonly string[];
  /** `one-after-the-other`: the second is sent only when the first is answered. */
  readonly sent: 'together' | 'one-after-the-other';
}
