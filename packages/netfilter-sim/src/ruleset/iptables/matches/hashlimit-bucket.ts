import { bytesOf, CREDITS_PER_SECOND } from './hashlimit-rate.ts';
import type { HashlimitRate } from './hashlimit-rate.ts';

/** What is remembered of one address or port (`struct dsthash_ent`, net/netfilter/xt_hashlimit.c, 6.12). Plain data. */
export interface Bucket {
  /** Milliseconds. */
  seenAt: number;
  credit: number;
  /** How often an empty bucket of bytes is filled again at once. */
  refills: number;
  /** `--hashlimit-rate-match`: when the interval began, what came since, and whether the one before had too much. */
  windowAt: number;
  counted: number;
  wasOver: boolean;
}

/** How a rule limits. */
export interface Limits {
  readonly rate: HashlimitRate;
  readonly rateMatch: boolean;
  readonly rateIntervalSeconds: number;
}

/** CREDITS_PER_JIFFY_BYTES for a millisecond, the same for HZ 250 and 1000; a second's worth is all there is room for. */
const BYTE_CREDITS_PER_MS = 2 ** 22;
const BYTE_CREDITS_MAX = BYTE_CREDITS_PER_MS * 1000;
/** 1 << XT_HASHLIMIT_BYTE_SHIFT. */
const CHUNK_BYTES = 16;

/** user2credits_byte: what 16 bytes cost. 0: the kernel refuses so high a rate. */
export const creditsOfChunk = (cost: number): number => Number((BigInt(cost) * BigInt(BYTE_CREDITS_MAX)) >> 32n);

/** rateinfo_init. */
export const newBucket = ({ rate }: Limits, now: number): Bucket => ({
  seenAt: now,
  credit: rate.kind === 'bytes' ? BYTE_CREDITS_MAX : rate.period * rate.burst,
  refills: rate.kind === 'bytes' ? rate.burst : 0,
  windowAt: now,
  counted: 0,
  wasOver: false,
});

/** Whether a packet of so many bytes is within the limit; it is counted, or pays. */
export const takes = (bucket: Bucket, limits: Limits, bytes: number, now: number): boolean => {
  const idleMs = now - bucket.seenAt;
  bucket.seenAt = now;
  if (limits.rateMatch) return takesByRate(bucket, limits, bytes, now);
  const { rate } = limits;
  return rate.kind === 'bytes' ? takesBytes(bucket, rate.cost, bytes, idleMs) : takesPacket(bucket, rate, idleMs);
};

const pay = (bucket: Bucket, cost: number): boolean => {
  if (bucket.credit < cost) return false;
  bucket.credit -= cost;
  return true;
};

const takesPacket = (
  bucket: Bucket,
  { period, burst }: { readonly period: number; readonly burst: number },
  idleMs: number,
): boolean => {
  bucket.credit = Math.min(period * burst, bucket.credit + (idleMs * CREDITS_PER_SECOND) / 1000);
  return pay(bucket, period);
};

/** hashlimit_byte_cost: the burst is spent on filling the bucket, and does not come back. */
const takesBytes = (bucket: Bucket, cost: number, bytes: number, idleMs: number): boolean => {
  bucket.credit = Math.min(BYTE_CREDITS_MAX, bucket.credit + idleMs * BYTE_CREDITS_PER_MS);
  const chunks = Math.floor(bytes / CHUNK_BYTES) + 1;
  const price = Math.min(BYTE_CREDITS_MAX, chunks * creditsOfChunk(cost));
  if (bucket.credit < price && bucket.refills > 0) {
    bucket.refills -= 1;
    bucket.credit = BYTE_CREDITS_MAX;
  }
  return pay(bucket, price);
};

/** rateinfo_recalc: the interval before decides, and this one as soon as it has had too much. */
const takesByRate = (bucket: Bucket, { rate, rateIntervalSeconds }: Limits, bytes: number, now: number): boolean => {
  const each = rate.kind === 'bytes' ? bytesOf(rate.cost) : rate.count;
  const most = rate.kind === 'bytes' ? each * Math.max(1, rate.burst) : each + rate.burst;
  const intervalMs = Math.max(1, rateIntervalSeconds) * 1000;
  const elapsedMs = now - bucket.windowAt;
  if (elapsedMs >= intervalMs) {
    bucket.windowAt = now;
    bucket.wasOver = bucket.counted * intervalMs > elapsedMs * each;
    bucket.counted = 0;
  }
  bucket.counted += rate.kind === 'bytes' ? bytes : 1;
  return !bucket.wasOver && bucket.counted <= most;
};
