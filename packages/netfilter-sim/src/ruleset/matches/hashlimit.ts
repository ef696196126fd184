import { InputError } from '../../error.ts';
import { addressBits, addressFromBits, addressWidth } from '../../packet/address.ts';
import type { Address } from '../../packet/address.ts';
import { prefixMask } from '../../packet/prefix.ts';
import { answer, notModelled } from '../evaluation.ts';
import type { PacketContext } from '../evaluation.ts';
import type { MatchModule, RuleScope, WrittenOption } from '../extension.ts';
import { findOption, hasOption, numberValue, readNumber, refuse, requireOneOption, requireOption, UINT32_MAX, valueOf } from '../option-values.ts';
import { printedUnitSeconds, printRate, readRate } from '../rate.ts';

const MODES = ['srcip', 'srcport', 'dstip', 'dstport'] as const;

/** A limit for each address or port (net/netfilter/xt_hashlimit.c, revision 3). */
export interface HashlimitMatch {
  readonly kind: 'hashlimit';
  readonly name: string;
  /** `above` holds for the packets that are too many, `upto` for the others. */
  readonly side: 'upto' | 'above';
  readonly rate: PacketRate | ByteRate;
  readonly mode: readonly (typeof MODES)[number][];
  /** Prefix lengths; absent: the whole address. */
  readonly srcMask?: number;
  readonly dstMask?: number;
  readonly tableSize?: number;
  readonly tableMax?: number;
  readonly gcIntervalMs?: number;
  /** An entry that nobody asked for so long is forgotten. */
  readonly expireMs: number;
  readonly rateMatch: boolean;
  readonly rateIntervalSeconds: number;
}

interface PacketRate {
  readonly kind: 'packets';
  /** Credit that a packet costs, in millionths of a second (XT_HASHLIMIT_SCALE_v2). */
  readonly period: number;
  /** As it was written: what `--hashlimit-rate-match` compares with. */
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

const SCALE = 1_000_000;
const DEFAULT_BURST = 5;
/** XT_HASHLIMIT_BYTE_EXPIRE and XT_HASHLIMIT_BYTE_EXPIRE_BURST of libxt_hashlimit.c, in seconds. */
const BYTE_EXPIRE_SECONDS = 15;
const BYTE_EXPIRE_BURST_SECONDS = 60;
const DEFAULT_GC_INTERVAL_MS = 1000;
const NAME_BYTES_MAX = 254;

const costOf = (bytes: number): number => Math.floor(UINT32_MAX / (Math.floor(bytes / 16) + 1));
const bytesOf = (cost: number): number => (Math.floor(UINT32_MAX / cost) - 1) * 16;

const BYTE_UNITS = [
  { suffix: 'm', bytes: 1024 * 1024 },
  { suffix: 'k', bytes: 1024 },
  { suffix: '', bytes: 1 },
] as const;

/** `512kb`, `1mb`, `100b`. */
const readBytes = (text: string): number | undefined => {
  const found = /^(\d+)(m|k)?b$/i.exec(text);
  if (found === null) return undefined;
  const unit = BYTE_UNITS.find(({ suffix }) => suffix === (found[2] ?? '').toLowerCase())?.bytes ?? 1;
  const bytes = Number(found[1]) * unit;
  return bytes > UINT32_MAX ? undefined : bytes;
};

const printBytes = (bytes: number, exactly: boolean): string => {
  const unit = BYTE_UNITS.find(({ bytes: size }) => bytes >= size && (!exactly || bytes % size === 0)) ?? BYTE_UNITS[2];
  return `${Math.floor(bytes / unit.bytes)}${unit.suffix}b`;
};

const one = { values: 1, invertible: false } as const;
const limit = { values: 1, invertible: true } as const;

const optionalNumber = (options: readonly WrittenOption[], name: string, max: number): number | undefined => {
  const option = findOption(options, name);
  return option === undefined ? undefined : numberValue(option, { min: 0, max });
};

const readMaskLength = (options: readonly WrittenOption[], name: string, { family }: RuleScope): number | undefined => {
  const width = addressWidth(family);
  const length = optionalNumber(options, name, width);
  return length === width ? undefined : length;
};

const readByteRate = (rate: WrittenOption, bytes: number, burst: WrittenOption | undefined): ByteRate => {
  if (bytes === 0) refuse(rate, 'a rate above 0');
  const cost = costOf(bytes);
  if (burst === undefined) return { kind: 'bytes', cost, burst: 0 };
  const burstBytes = readBytes(valueOf(burst)) ?? refuse(burst, 'bytes such as 1mb or 512kb');
  if (burstBytes < bytesOf(cost)) refuse(burst, `at least the ${bytesOf(cost)}b of the rate`);
  return { kind: 'bytes', cost, burst: Math.ceil(burstBytes / bytesOf(cost)) };
};

const keyOf = (match: HashlimitMatch, context: PacketContext): string | undefined => {
  const { packet, family } = context;
  const masked = (address: Address, length: number | undefined): string =>
    addressFromBits(family, addressBits(address) & prefixMask(family, length ?? addressWidth(family)));
  const ports = packet.kind === 'tcp' || packet.kind === 'udp' || packet.kind === 'ported' ? packet : undefined;
  const wantsPorts = match.mode.includes('srcport') || match.mode.includes('dstport');
  // Without its ports the packet is dropped from inside the match (hashlimit_init_dst).
  if (wantsPorts && ports !== undefined && packet.fragment === 'later') return undefined;
  return match.mode
    .map((part) => {
      switch (part) {
        case 'srcip':
          return masked(packet.src, match.srcMask);
        case 'dstip':
          return masked(packet.dst, match.dstMask);
        case 'srcport':
          return ports?.sport ?? 0;
        case 'dstport':
          return ports?.dport ?? 0;
      }
    })
    .join(' ');
};

/** Plain data: the credit of each key. */
interface Buckets {
  readonly credits: Record<string, { credit: number; at: number }>;
}

export const hashlimit: MatchModule<'hashlimit', HashlimitMatch> = {
  name: 'hashlimit',
  options: {
    '--hashlimit-upto': { ...limit, aliases: ['--hashlimit'] },
    '--hashlimit-above': limit,
    '--hashlimit-burst': one,
    '--hashlimit-mode': one,
    '--hashlimit-name': one,
    '--hashlimit-srcmask': one,
    '--hashlimit-dstmask': one,
    '--hashlimit-htable-size': one,
    '--hashlimit-htable-max': one,
    '--hashlimit-htable-expire': one,
    '--hashlimit-htable-gcinterval': one,
    '--hashlimit-rate-match': { values: 0, invertible: false },
    '--hashlimit-rate-interval': one,
  },

  parse(options, scope) {
    const option = requireOneOption(options, ['--hashlimit-upto', '--hashlimit-above'], scope);
    const name = requireOption(options, '--hashlimit-name', scope, 'NAME');
    if (valueOf(name) === '' || valueOf(name).length > NAME_BYTES_MAX) refuse(name, 'a name');
    const burst = findOption(options, '--hashlimit-burst');
    const bytes = readBytes(/^(.*)\/s(?:ec(?:ond)?)?$/.exec(valueOf(option))?.[1] ?? '');
    const packets = bytes === undefined ? readRate(option, SCALE) : undefined;
    const rate: HashlimitMatch['rate'] =
      packets === undefined
        ? readByteRate(option, bytes ?? 0, burst)
        : { kind: 'packets', period: packets.period, count: packets.count, burst: burst === undefined ? DEFAULT_BURST : readPacketBurst(burst) };
    const rateMatch = hasOption(options, '--hashlimit-rate-match');
    if (rate.kind === 'packets' && !rateMatch && overflows(rate)) {
      throw new InputError(option.position, 'the kernel cannot count that much credit', 'lower --hashlimit-burst or raise the rate');
    }
    const mode = readMode(options);
    const srcMask = readMaskLength(options, '--hashlimit-srcmask', scope);
    const dstMask = readMaskLength(options, '--hashlimit-dstmask', scope);
    const tableSize = optionalNumber(options, '--hashlimit-htable-size', UINT32_MAX);
    const tableMax = optionalNumber(options, '--hashlimit-htable-max', UINT32_MAX);
    const gcIntervalMs = optionalNumber(options, '--hashlimit-htable-gcinterval', UINT32_MAX);
    const byteExpire = rate.burst === 0 ? BYTE_EXPIRE_SECONDS : BYTE_EXPIRE_BURST_SECONDS;
    const above = option.name === '--hashlimit-above';
    return {
      kind: 'hashlimit',
      name: valueOf(name),
      side: above === option.inverted ? 'upto' : 'above',
      rate,
      mode,
      ...(srcMask === undefined ? {} : { srcMask }),
      ...(dstMask === undefined ? {} : { dstMask }),
      ...(tableSize === undefined ? {} : { tableSize }),
      ...(tableMax === undefined ? {} : { tableMax }),
      ...(gcIntervalMs === undefined ? {} : { gcIntervalMs }),
      expireMs:
        optionalNumber(options, '--hashlimit-htable-expire', UINT32_MAX) ??
        (packets === undefined ? byteExpire : packets.unitSeconds) * 1000,
      rateMatch,
      rateIntervalSeconds: optionalNumber(options, '--hashlimit-rate-interval', UINT32_MAX) ?? 0,
    };
  },

  print(match) {
    const [rateText, burstText, usualExpireSeconds] = printedRate(match);
    const option = (name: string, value: number | undefined): readonly string[] =>
      value === undefined ? [] : [`--hashlimit-${name} ${value}`];
    return [
      `--hashlimit-${match.side} ${rateText}`,
      ...(burstText === '' ? [] : [`--hashlimit-burst ${burstText}`]),
      ...(match.mode.length === 0 ? [] : [`--hashlimit-mode ${match.mode.join(',')}`]),
      `--hashlimit-name ${match.name}`,
      ...option('htable-size', match.tableSize === 0 ? undefined : match.tableSize),
      ...option('htable-max', match.tableMax === 0 ? undefined : match.tableMax),
      ...option('htable-gcinterval', match.gcIntervalMs === DEFAULT_GC_INTERVAL_MS ? undefined : match.gcIntervalMs),
      ...option('htable-expire', match.expireMs === usualExpireSeconds * 1000 ? undefined : match.expireMs),
      ...option('srcmask', match.srcMask),
      ...option('dstmask', match.dstMask),
      ...(match.rateMatch ? ['--hashlimit-rate-match'] : []),
      ...(match.rateMatch && match.rateIntervalSeconds > 1 ? option('rate-interval', match.rateIntervalSeconds) : []),
    ].join(' ');
  },

  evaluate(match, context) {
    const { rate, expireMs } = match;
    if (rate.kind === 'bytes') return notModelled('hashlimit by bytes');
    if (match.rateMatch) return notModelled('hashlimit --hashlimit-rate-match');
    const key = keyOf(match, context);
    if (key === undefined) return 'hotdrop';
    const full = rate.period * rate.burst;
    const { credits } = context.memory<Buckets>(`hashlimit:${match.name}`, () => ({ credits: {} }));
    const known = credits[key];
    const idleMs = known === undefined ? Infinity : context.now - known.at;
    const credit =
      known === undefined || idleMs > expireMs ? full : Math.min(full, known.credit + (idleMs * SCALE) / 1000);
    const fits = credit >= rate.period;
    credits[key] = { credit: fits ? credit - rate.period : credit, at: context.now };
    return answer(fits === (match.side === 'upto'));
  },

  describe(match) {
    const [rateText] = printedRate(match);
    const each = match.mode.length === 0 ? '' : ` for each ${match.mode.join(' and ')}`;
    return `${match.side === 'upto' ? 'no more than' : 'more than'} ${rateText} got here${each} (table ${match.name})`;
  },
};

const readPacketBurst = (burst: WrittenOption): number => {
  const number = readNumber(valueOf(burst));
  return number === undefined || number < 1n || number > 1_000_000n ? refuse(burst, 'a number of packets from 1') : Number(number);
};

const readMode = (options: readonly WrittenOption[]): readonly (typeof MODES)[number][] => {
  const option = findOption(options, '--hashlimit-mode');
  if (option === undefined) return [];
  const given = valueOf(option).split(',');
  if (!given.every((part) => (MODES as readonly string[]).includes(part))) refuse(option, `a comma list of ${MODES.join(', ')}`);
  return MODES.filter((mode) => given.includes(mode));
};

/** HZ times CREDITS_PER_JIFFY over the scale: the same for HZ 250 and 1000 (user2credits, xt_hashlimit.c). */
const CREDITS_PER_MILLIONTH = (1000n * 2n ** 37n) / BigInt(SCALE);

/** The kernel refuses a burst whose credit wraps around 64 bits to less than a packet's. */
const overflows = ({ period, burst }: PacketRate): boolean => {
  const credits = (user: bigint): bigint => BigInt.asUintN(64, user * CREDITS_PER_MILLIONTH);
  return credits(BigInt(period) * BigInt(burst)) < credits(BigInt(period));
};

/** The rate, the burst (may be empty) and the seconds after which such an entry usually expires. */
const printedRate = ({ rate, rateMatch }: HashlimitMatch): readonly [rate: string, burst: string, expireSeconds: number] => {
  if (rate.kind === 'bytes') {
    const bytes = bytesOf(rate.cost);
    return rate.burst === 0
      ? [`${printBytes(bytes, true)}/s`, '', BYTE_EXPIRE_SECONDS]
      : [`${printBytes(bytes, true)}/s`, printBytes(bytes * rate.burst, false), BYTE_EXPIRE_BURST_SECONDS];
  }
  return rateMatch
    ? [`${rate.count}/sec`, `${rate.burst}`, 1]
    : [printRate(rate.period, SCALE), `${rate.burst}`, printedUnitSeconds(rate.period, SCALE)];
};
