import { addressBits, addressFromBits, addressWidth } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import { lacksPorts, packetBytes } from '../../../packet/packet.ts';
import { prefixMask } from '../../../packet/prefix.ts';
import { readPrefixLength } from '../../shared/address-values.ts';
import type { PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, RuleScope, WrittenOption } from '../extension/extension.ts';
import { findOption, hasOption, numberValue, refuse, requireOneOption, requireOption, valueOf } from '../extension/option-values.ts';
import { isProcName } from '../extension/proc-name.ts';
import { creditsOfChunk, newBucket, takes } from './hashlimit-bucket.ts';
import type { Bucket } from './hashlimit-bucket.ts';
import { printHashlimitRate, readHashlimitRate } from './hashlimit-rate.ts';
import type { HashlimitRate } from './hashlimit-rate.ts';

const MODES = ['srcip', 'srcport', 'dstip', 'dstport'] as const;

/** A limit for each address or port (net/netfilter/xt_hashlimit.c, revision 3, 6.12). */
export interface HashlimitMatch {
  readonly kind: 'hashlimit';
  readonly name: string;
  /** `above` holds for the packets that are too many, `upto` for the others. */
  readonly side: 'upto' | 'above';
  readonly rate: HashlimitRate;
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

const DEFAULT_GC_INTERVAL_MS = 1000;
const NAME_BYTES_MAX = 254;

const one = { values: 1, invertible: false } as const;
const limit = { values: 1, invertible: true } as const;

const optionalNumber = (options: readonly WrittenOption[], name: string, max: number, min = 0): number | undefined => {
  const option = findOption(options, name);
  return option === undefined ? undefined : numberValue(option, { min, max });
};

const readMaskLength = (options: readonly WrittenOption[], name: string, { family }: RuleScope): number | undefined => {
  const option = findOption(options, name);
  if (option === undefined) return undefined;
  const length = readPrefixLength(family, valueOf(option), 'refused') ?? refuse(option, 'a prefix length or a mask');
  return length === addressWidth(family) ? undefined : length;
};

const keyOf = (match: HashlimitMatch, context: PacketContext): string | undefined => {
  const { packet, family } = context;
  const masked = (address: Address, length: number | undefined): string =>
    addressFromBits(family, addressBits(address) & prefixMask(family, length ?? addressWidth(family)));
  const ports = packet.kind === 'tcp' || packet.kind === 'udp' || packet.kind === 'ported' ? packet : undefined;
  const wantsPorts = match.mode.includes('srcport') || match.mode.includes('dstport');
  // The kernel takes whatever stands where the ports would be (hashlimit_init_dst).
  if (wantsPorts && (lacksPorts(packet) || (ports !== undefined && packet.fragment === 'later'))) return undefined;
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

/** Plain data: what is remembered for each key. */
interface Buckets {
  /** Of the rule that made the table; other rules of its name count by them (`hinfo->cfg`). */
  readonly settings: string;
  readonly buckets: Record<string, Bucket>;
}

/** Every packet asks; a rule never changes. */
const settingsKnown = new WeakMap<HashlimitMatch, string>();

const settingsOf = (match: HashlimitMatch): string => {
  const known = settingsKnown.get(match) ?? JSON.stringify({ ...match, side: '' });
  settingsKnown.set(match, known);
  return known;
};

export const hashlimit: MatchModule<'hashlimit', HashlimitMatch> = {
  name: 'hashlimit',
  notModelledFor: 'the ports of packets that show none, and tables that rules with different settings share',
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
    if (!isProcName(valueOf(name), NAME_BYTES_MAX)) refuse(name, `a name of 1 to ${NAME_BYTES_MAX} bytes without a slash`);
    const rateMatch = hasOption(options, '--hashlimit-rate-match');
    const interval = findOption(options, '--hashlimit-rate-interval');
    const { rate, expireSeconds } = readHashlimitRate(option, findOption(options, '--hashlimit-burst'), rateMatch);
    // The kernel, which keeps 32 bits of a price, cannot tell so high a rate from none.
    if (rate.kind === 'bytes' && !rateMatch && creditsOfChunk(rate.cost) === 0) refuse(option, 'a lower rate');
    const mode = readMode(options);
    const srcMask = readMaskLength(options, '--hashlimit-srcmask', scope);
    const dstMask = readMaskLength(options, '--hashlimit-dstmask', scope);
    const tableSize = optionalNumber(options, '--hashlimit-htable-size', UINT32_MAX);
    const tableMax = optionalNumber(options, '--hashlimit-htable-max', UINT32_MAX);
    const gcIntervalMs = optionalNumber(options, '--hashlimit-htable-gcinterval', UINT32_MAX, 1);
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
      expireMs: optionalNumber(options, '--hashlimit-htable-expire', UINT32_MAX, 1) ?? expireSeconds * 1000,
      rateMatch,
      rateIntervalSeconds: interval === undefined ? rate.kind === 'packets' && rateMatch ? expireSeconds : 0 : numberValue(interval, { min: 1, max: UINT32_MAX }),
    };
  },

  print(match) {
    const { rate, burst, expireSeconds } = printHashlimitRate(match.rate, match.rateMatch);
    const option = (name: string, value: number | undefined): readonly string[] =>
      value === undefined ? [] : [`--hashlimit-${name} ${value}`];
    return [
      `--hashlimit-${match.side} ${rate}`,
      ...(burst === '' ? [] : [`--hashlimit-burst ${burst}`]),
      ...(match.mode.length === 0 ? [] : [`--hashlimit-mode ${match.mode.join(',')}`]),
      `--hashlimit-name ${match.name}`,
      ...option('htable-size', match.tableSize === 0 ? undefined : match.tableSize),
      ...option('htable-max', match.tableMax === 0 ? undefined : match.tableMax),
      ...option('htable-gcinterval', match.gcIntervalMs === DEFAULT_GC_INTERVAL_MS ? undefined : match.gcIntervalMs),
      ...option('htable-expire', match.expireMs === expireSeconds * 1000 ? undefined : match.expireMs),
      ...option('srcmask', match.srcMask),
      ...option('dstmask', match.dstMask),
      ...(match.rateMatch ? ['--hashlimit-rate-match'] : []),
      ...(match.rateMatch && match.rateIntervalSeconds > 1 ? option('rate-interval', match.rateIntervalSeconds) : []),
    ].join(' ');
  },

  evaluate(match, context) {
    const key = keyOf(match, context);
    if (key === undefined) return notModelled('the ports of a packet that shows none: a later fragment, or written without them');
    const own = settingsOf(match);
    const { buckets, settings } = context.memory<Buckets>(`hashlimit:${match.name}`, () => ({ settings: own, buckets: {} }));
    if (settings !== own) return notModelled(`which rule made the table ${match.name}: its rules have different settings`);
    const known = buckets[key];
    if (known === undefined || context.now - known.seenAt > match.expireMs) buckets[key] = newBucket(match, context.now);
    // Read anew: what stands there now is the one to change.
    const bucket = buckets[key] ?? newBucket(match, context.now);
    return answer(takes(bucket, match, packetBytes(context.packet), context.now) === (match.side === 'upto'));
  },

  describe(match) {
    const { rate } = printHashlimitRate(match.rate, match.rateMatch);
    const each = match.mode.length === 0 ? '' : ` for each ${match.mode.join(' and ')}`;
    return `${match.side === 'upto' ? 'no more than' : 'more than'} ${rate} got here${each} (table ${match.name})`;
  },
};

const readMode = (options: readonly WrittenOption[]): readonly (typeof MODES)[number][] => {
  const option = findOption(options, '--hashlimit-mode');
  if (option === undefined) return [];
  const given = valueOf(option).split(',');
  if (!given.every((part) => (MODES as readonly string[]).includes(part))) {
    refuse(option, `a comma list of ${MODES.join(', ')}`);
  }
  return MODES.filter((mode) => given.includes(mode));
};

