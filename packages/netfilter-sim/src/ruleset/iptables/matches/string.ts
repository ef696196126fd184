import { octetsOf } from '../../shared/octets.ts';
import type { Octets } from '../../shared/octets.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import { encodeUtf8 } from '../../shared/text.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import {
  findOption,
  hasOption,
  is,
  not,
  numberValue,
  refuse,
  requireOneOption,
  requireOption,
  valueOf,
} from '../extension/option-values.ts';

/** A pattern in the packet's bytes (net/netfilter/xt_string.c, 6.12). */
export interface StringMatch {
  readonly kind: 'string';
  readonly pattern: readonly number[];
  readonly algorithm: 'bm' | 'kmp';
  /** Offsets from the IP header between which the whole pattern lies. */
  readonly from: number;
  readonly to: number;
  readonly ignoreCase: boolean;
  readonly inverted: boolean;
}

/** XT_STRING_MAX_PATTERN_SIZE. */
const PATTERN_BYTES_MAX = 128;
const OFFSET_MAX = 65535;

/** `text|0d 0a|text`: hexadecimal between bars, `\` takes the next character as it is. */
const readHexString = (option: WrittenOption): readonly number[] => {
  const bytes: number[] = [];
  const text = valueOf(option);
  let inHex = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '|') inHex = !inHex;
    else if (inHex && character !== ' ') {
      const digits = text.slice(index, index + 2);
      if (!/^[\da-f]{2}$/i.test(digits)) refuse(option, 'two hexadecimal digits for each byte between bars');
      bytes.push(Number(`0x${digits}`));
      index += 1;
    } else if (!inHex) {
      if (character === '\\' && index + 1 < text.length) index += 1;
      const literal = String.fromCodePoint(text.codePointAt(index) ?? 0);
      bytes.push(...encodeUtf8(literal));
      index += literal.length - 1;
    }
  }
  return inHex ? refuse(option, 'a bar | behind the last hexadecimal digit') : bytes;
};

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;

const printPattern = (pattern: readonly number[]): string => {
  if (!pattern.every(isPrintable) || pattern.at(-1) === 0x5c) {
    return `--hex-string "|${pattern.map((byte) => byte.toString(16).padStart(2, '0')).join('')}|"`;
  }
  return `--string "${String.fromCharCode(...pattern).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
};

const lower = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);

/** Whether the whole pattern stands between the offsets; `undefined`: octets that are not known may hold it. */
const findPattern = (
  { pattern, ignoreCase, from, to }: StringMatch,
  { length, value, known }: Octets,
): boolean | undefined => {
  const fold = ignoreCase ? lower : (byte: number): number => byte;
  /** The octet at the place is the one wanted; it may be, for what is known of it. */
  const stands = (at: number, byte: number): boolean => known[at] === 0xff && fold(value[at] ?? 0) === fold(byte);
  const mayStand = (at: number, byte: number): boolean =>
    known[at] === 0xff ? stands(at, byte) : ignoreCase || (((value[at] ?? 0) ^ byte) & (known[at] ?? 0)) === 0;
  const last = Math.min(length, to) - pattern.length;
  let possible = false;
  for (let start = from; start <= last; start += 1) {
    if (pattern.every((byte, index) => stands(start + index, byte))) return true;
    possible ||= pattern.every((byte, index) => mayStand(start + index, byte));
  }
  return possible ? undefined : false;
};

export const string: MatchModule<'string', StringMatch> = {
  name: 'string',
  notModelledFor: 'payloads that were not given',
  options: {
    '--string': { values: 1, invertible: true },
    '--hex-string': { values: 1, invertible: true },
    '--algo': { values: 1, invertible: false },
    '--from': { values: 1, invertible: false },
    '--to': { values: 1, invertible: false },
    '--icase': { values: 0, invertible: false },
  },

  parse(options, scope) {
    const algorithm = valueOf(requireOption(options, '--algo', scope, 'bm'));
    if (algorithm !== 'bm' && algorithm !== 'kmp') refuse(requireOption(options, '--algo', scope, 'bm'), 'bm or kmp');
    const option = requireOneOption(options, ['--string', '--hex-string'], scope);
    const pattern = option.name === '--hex-string' ? readHexString(option) : encodeUtf8(valueOf(option));
    if (pattern.length === 0 || pattern.length > PATTERN_BYTES_MAX) {
      refuse(option, `a pattern of 1 to ${PATTERN_BYTES_MAX} bytes`);
    }
    const [fromOption, toOption] = [findOption(options, '--from'), findOption(options, '--to')];
    const from = fromOption === undefined ? 0 : numberValue(fromOption, { min: 0, max: OFFSET_MAX });
    const to = toOption === undefined ? OFFSET_MAX : numberValue(toOption, { min: 0, max: OFFSET_MAX });
    // string_mt_check (6.12).
    if (from > to) refuse(fromOption ?? option, `an offset not above that of --to (${to})`);
    return {
      kind: 'string',
      pattern,
      algorithm: algorithm === 'kmp' ? 'kmp' : 'bm',
      from,
      to,
      ignoreCase: hasOption(options, '--icase'),
      inverted: option.inverted,
    };
  },

  print: (match) =>
    [
      `${not(match.inverted)}${printPattern(match.pattern)}`,
      `--algo ${match.algorithm}`,
      ...(match.from === 0 ? [] : [`--from ${match.from}`]),
      ...(match.to === OFFSET_MAX ? [] : [`--to ${match.to}`]),
      ...(match.ignoreCase ? ['--icase'] : []),
    ].join(' '),

  evaluate(match, context) {
    const { packet } = context;
    const found = findPattern(match, octetsOf(packet));
    if (found !== undefined) return answer(found !== match.inverted);
    const payloadMissing = packet.payload === undefined && packet.payloadBytes > 0;
    const what = payloadMissing ? 'the payload' : 'octets of its headers that nobody knows';
    return notModelled(what);
  },

  describe: (match) =>
    `its payload ${is(match.inverted)} found to hold ${printPattern(match.pattern).replace(/^--(?:hex-)?string /, '')}`,
};
