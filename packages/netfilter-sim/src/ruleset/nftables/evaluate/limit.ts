import { packetBytes } from '../../../packet/packet.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { ByteUnit, LimitStatement } from '../values/limit.ts';
import type { NftContext } from './context.ts';
import type { Truth } from './truth.ts';

const NANOSECONDS = { second: 1e9, minute: 60e9, hour: 3600e9, day: 86_400e9, week: 604_800e9 } as const;
const BYTES: Readonly<Record<ByteUnit, number>> = { bytes: 1, kbytes: 1024, mbytes: 1024 * 1024 };

/** Tokens are nanoseconds. */
interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** Whether the statement holds (nft_limit_eval, net/netfilter/nft_limit.c, 6.12); the bucket begins full. */
export const evaluateLimit = (limit: LimitStatement, context: NftContext, key: string): Truth => {
  const { seen } = context;
  const { rate, burst, bytes, per, over } = limit;
  const rateBytes = bytes === undefined ? rate : rate * BYTES[bytes.rate];
  const unit = NANOSECONDS[per];
  const full =
    bytes === undefined
      ? Math.floor(unit / rate) * burst
      : Math.floor((unit * (rateBytes + burst * BYTES[bytes.burst])) / rateBytes);
  const cost =
    bytes === undefined ? Math.floor(unit / rate) : Math.floor((unit * packetBytes(seen.packet)) / rateBytes);
  const bucket = seen.memory<Bucket>(`nft limit ${key}`, () => ({ tokens: full, filledAtMs: seen.now }));
  if (seen.forgot()) return notModelled('what a limit remembers');
  bucket.tokens = Math.min(full, bucket.tokens + (seen.now - bucket.filledAtMs) * 1e6);
  bucket.filledAtMs = seen.now;
  const within = bucket.tokens >= cost;
  if (within) bucket.tokens -= cost;
  return within !== over;
};
