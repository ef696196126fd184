import { broken, field, isAbsent } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import type { ByteUnit, LimitStatement } from '../values/limit.ts';
import { countOr, oneOf } from './json.ts';

const UNITS = ['bytes', 'kbytes', 'mbytes'] as const satisfies readonly ByteUnit[];

/** NFT_LIMIT_PKT_BURST_DEFAULT (net/netfilter/nft_limit.c, 6.12). */
const BURST_PACKETS = 5;

/** `{"rate": 10, "burst": 5, "per": "second"}`, with units where bytes are counted. */
export const readLimit = (json: Json): LimitStatement => {
  const unit = field(json, 'rate_unit');
  const burstUnit = field(json, 'burst_unit');
  const countsBytes = !isAbsent(unit) && unit.value !== 'packets';
  const over = field(json, 'inv');
  return {
    kind: 'limit',
    rate: countOr(field(json, 'rate'), 0, 1) || broken(json, 'a rate'),
    per: oneOf(field(json, 'per'), ['second', 'minute', 'hour', 'day', 'week']),
    burst: countOr(field(json, 'burst'), countsBytes ? 0 : BURST_PACKETS),
    ...(countsBytes
      ? { bytes: { rate: oneOf(unit, UNITS), burst: isAbsent(burstUnit) ? 'bytes' : oneOf(burstUnit, UNITS) } }
      : {}),
    over: over.value === true,
  };
};
