import { createRecent } from '../../recent.ts';

/*
 * A token bucket for each client, in memory that does not grow with how many there are. Of a bucket only one number is kept: when it
 * will be full again (GCRA, ITU-T I.371). A second one holds down how many are told that the first is empty.
 */

/** Buckets of so many clients are kept at least, of twice as many at most; one that is forgotten is full again. */
export const BUCKETS_KEPT = 8192;

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A class, since there is one for each client. */
class Bucket {
  fullAt = Number.NEGATIVE_INFINITY;
  toldAt = Number.NEGATIVE_INFINITY;
}

/** What a client may do now. */
export type Admission = 'within' | 'over-and-told' | 'over';

export interface Buckets {
  /** Takes a token of the client; where it has none, one of those that let it be told so. */
  take(client: string, now: number): Admission;
  /** Takes a token if there is one. */
  takeOne(client: string, now: number): boolean;
  /** Whether it is over, and not to be told: takes nothing. */
  isMuted(client: string, now: number): boolean;
  /** Takes a token that is yet to come, and gives how long that takes; `undefined` where it is longer than so. */
  reserve(client: string, now: number, waitMaxMs: number): number | undefined;
}

export const createBuckets = ({ perSecond, burst }: Rate): Buckets => {
  const tokenMs = 1000 / perSecond;
  /** So long before it is full there is still a whole token in it; a little more, since thirds of a second do not add up. */
  const slackMs = (burst - 1) * tokenMs + 1e-6;
  const buckets = createRecent<Bucket>(BUCKETS_KEPT);

  const bucketOf = (client: string): Bucket => {
    const known = buckets.get(client);
    if (known !== undefined) return known;
    const bucket = new Bucket();
    buckets.set(client, bucket);
    return bucket;
  };

  const hasToken = (fullAt: number, now: number): boolean => fullAt - now <= slackMs;
  const afterOne = (fullAt: number, now: number): number => Math.max(fullAt, now) + tokenMs;

  const takeFrom = (bucket: Bucket, now: number): boolean => {
    if (!hasToken(bucket.fullAt, now)) return false;
    bucket.fullAt = afterOne(bucket.fullAt, now);
    return true;
  };

  return {
    take(client, now) {
      const bucket = bucketOf(client);
      if (takeFrom(bucket, now)) return 'within';
      if (!hasToken(bucket.toldAt, now)) return 'over';
      bucket.toldAt = afterOne(bucket.toldAt, now);
      return 'over-and-told';
    },
    takeOne: (client, now) => takeFrom(bucketOf(client), now),
    isMuted(client, now) {
      const { fullAt, toldAt } = bucketOf(client);
      return !hasToken(fullAt, now) && !hasToken(toldAt, now);
    },
    reserve(client, now, waitMaxMs) {
      const bucket = bucketOf(client);
      const waitMs = Math.max(0, bucket.fullAt - now - slackMs);
      if (waitMs > waitMaxMs) return undefined;
      bucket.fullAt = afterOne(bucket.fullAt, now);
      return waitMs;
    },
  };
};
