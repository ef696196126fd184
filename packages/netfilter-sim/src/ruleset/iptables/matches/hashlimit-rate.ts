import { InputError } from '../../../error.ts';
import { readLeadingNumber, UINT32_MAX } from '../../shared/numbers.ts';
import type { WrittenOption } from '../extension/extension.ts';
import { refuse, valueOf } from '../extension/option-values.ts';
import { printedUnitSeconds, printRate, readRate } from '../extension/rate.ts';

/** How much `hashlimit` lets through, in packets or in bytes. */
export type HashlimitRate = PacketRate | ByteRate;

interface PacketRate {
  readonly kind: 'packets';
  /** Credit that a packet costs, in millionths of a second (XT_HASHLIMIT_SCALE_v2). */
  readonly period: number;
  /** In an interval: what `--hashlimit-rate-match` compares with. */
  readonly count: number;
  readonly burst: number;
}

interface ByteRate {
  readonly kind: 'bytes';
  /** Cost of 16 bytes: what the kernel keeps of the rate. */
  readonly cost: number;
  /** In units of a second's bytes; 0: none. */
  readonly burst: number;
}

/** What a second is worth: XT_HASHLIMIT_SCALE_v2. */
export const CREDITS_PER_SECOND = 1_000_000;

const DEFAULT_BURST = 5;
const PACKET_BURST_MAX = 1_000_000;
/** More costs nothing, in the kernel's 32 bits. */
const BYTES_MAX = 16 * UINT32_MAX;
/** XT_HASHLIMIT_BYTE_EXPIRE and XT_HASHLIMIT_BYTE_EXPIRE_BURST of libxt_hashlimit.c, in seconds. */
const BYTE_EXPIRE_SECONDS = 15;
const BYTE_EXPIRE_BURST_SECONDS = 60;

/** A rate, and the seconds after which its entries are forgotten if nothing else is said. */
export interface RateAndExpiry {
  readonly rate: HashlimitRate;
  readonly expireSeconds: number;
}

/** The values of `--hashlimit-upto` or `-above` and of `--hashlimit-burst`. */
export const readHashlimitRate = (
  option: WrittenOption,
  burst: WrittenOption | undefined,
  rateMatch: boolean,
): RateAndExpiry => {
  if (valueOf(option).includes('b/s')) {
    const bytes = readBytes(valueOf(option)) ?? refuse(option, 'a rate such as 512kb/s');
    const rate = readByteRate(option, bytes, burst);
    return { rate, expireSeconds: rate.burst === 0 ? BYTE_EXPIRE_SECONDS : BYTE_EXPIRE_BURST_SECONDS };
  }
  const { period, count: written, unitSeconds } = readRate(option, CREDITS_PER_SECOND);
  const count = roundedCount(written);
  if (rateMatch && count === undefined) refuse(option, `at most ${CREDITS_PER_SECOND} with --hashlimit-rate-match`);
  const packets = burst === undefined ? DEFAULT_BURST : readPacketBurst(burst);
  const rate: PacketRate = { kind: 'packets', period, count: count ?? written, burst: packets };
  if (!rateMatch && overflows(rate)) {
    const mend = 'lower --hashlimit-burst or raise the rate';
    throw new InputError(option.position, 'the kernel cannot count that much credit', mend);
  }
  return { rate, expireSeconds: unitSeconds };
};

/** What is left of a count that is kept as the time between two (user2rate, xt_hashlimit.c, 6.12). */
const roundedCount = (written: number): number | undefined => {
  const between = Math.floor(CREDITS_PER_SECOND / written);
  return between === 0 ? undefined : Math.floor(CREDITS_PER_SECOND / between);
};

const readByteRate = (rate: WrittenOption, bytes: number, burst: WrittenOption | undefined): ByteRate => {
  if (bytes === 0) refuse(rate, 'a rate above 0');
  const cost = costOf(bytes);
  if (burst === undefined) return { kind: 'bytes', cost, burst: 0 };
  const burstBytes = readBytes(valueOf(burst)) ?? refuse(burst, 'bytes such as 1mb or 512kb');
  if (burstBytes < bytesOf(cost)) refuse(burst, `at least the ${bytesOf(cost)}b of the rate`);
  return { kind: 'bytes', cost, burst: Math.ceil(burstBytes / bytesOf(cost)) };
};

const readPacketBurst = (burst: WrittenOption): number => {
  const number = readBytes(valueOf(burst));
  return number === undefined || number < 1 || number > PACKET_BURST_MAX
    ? refuse(burst, `a number of packets from 1 to ${PACKET_BURST_MAX}`)
    : number;
};

/** HZ times CREDITS_PER_JIFFY over the scale: the same for HZ 250 and 1000 (user2credits, xt_hashlimit.c). */
const CREDITS_PER_MILLIONTH = (1000n * 2n ** 37n) / BigInt(CREDITS_PER_SECOND);

/** The kernel refuses a burst whose credit wraps around 64 bits to less than a packet's. */
const overflows = ({ period, burst }: PacketRate): boolean => {
  const credits = (user: bigint): bigint => BigInt.asUintN(64, user * CREDITS_PER_MILLIONTH);
  return credits(BigInt(period) * BigInt(burst)) < credits(BigInt(period));
};

const costOf = (bytes: number): number => Math.floor(UINT32_MAX / (Math.floor(bytes / 16) + 1));
export const bytesOf = (cost: number): number => (Math.floor(UINT32_MAX / cost) - 1) * 16;

const BYTE_UNITS = [
  { suffix: 'm', bytes: 1024 * 1024 },
  { suffix: 'k', bytes: 1024 },
  { suffix: '', bytes: 1 },
] as const;

/** `512kb`, `1mb`, `100`: of what stands behind the number only the unit counts (parse_bytes of libxt_hashlimit.c, 1.8.9). */
const readBytes = (text: string): number | undefined => {
  const found = readLeadingNumber(text);
  const rest = found?.rest ?? '';
  const isUnit = (suffix: string): boolean => rest.startsWith(suffix) || rest.includes(`${suffix}b/s`);
  const unit = BYTE_UNITS.find(({ suffix }) => suffix !== '' && isUnit(suffix))?.bytes ?? 1;
  const bytes = Number(found?.value ?? NaN) * unit;
  return bytes < BYTES_MAX ? bytes : undefined;
};

/** In the longest unit that fits; `cost`, where it is given, must come out of what is printed again. */
const printBytes = (bytes: number, cost?: number): string => {
  // Of what is compared 32 bits are left.
  const whole = (size: number): number => (bytes % 2 ** 32) - (bytes % size);
  const fits = (size: number): boolean => bytes >= size && (cost === undefined || costOf(whole(size)) === cost);
  const unit = BYTE_UNITS.find(({ bytes: size }) => fits(size)) ?? BYTE_UNITS[2];
  return `${Math.floor(bytes / unit.bytes)}${unit.suffix}b`;
};

/** The rate, the burst (may be empty), and the expiry that goes without saying. */
export const printHashlimitRate = (
  rate: HashlimitRate,
  rateMatch: boolean,
): { readonly rate: string; readonly burst: string; readonly expireSeconds: number } => {
  if (rate.kind === 'packets') {
    const { period, count, burst } = rate;
    return rateMatch
      ? { rate: `${count}/sec`, burst: `${burst}`, expireSeconds: 1 }
      : {
          rate: printRate(period, CREDITS_PER_SECOND),
          burst: `${burst}`,
          expireSeconds: printedUnitSeconds(period, CREDITS_PER_SECOND),
        };
  }
  const bytes = bytesOf(rate.cost);
  const text = `${printBytes(bytes, rate.cost)}/s`;
  return rate.burst === 0
    ? { rate: text, burst: '', expireSeconds: BYTE_EXPIRE_SECONDS }
    : { rate: text, burst: printBytes(bytes * rate.burst), expireSeconds: BYTE_EXPIRE_BURST_SECONDS };
};
