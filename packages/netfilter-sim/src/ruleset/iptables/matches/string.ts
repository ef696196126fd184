import { packetBytes } from '../../../packet/packet.ts';
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

/** A pattern in the packet's bytes (net/netfilter/xt_string.c). */
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

const findPattern = (
  { pattern, ignoreCase, from, to }: StringMatch,
  payload: Uint8Array,
  headerBytes: number,
): boolean => {
  const fold = ignoreCase ? lower : (byte: number): number => byte;
  const first = Math.max(0, from - headerBytes);
  const last = Math.min(payload.length, to - headerBytes) - pattern.length;
  for (let start = first; start <= last; start += 1) {
    if (pattern.every((byte, index) => fold(payload[start + index] ?? 0) === fold(byte))) return true;
  }
  return false;
};

export const string: MatchModule<'string', StringMatch> = {
  name: 'string',
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
    const [from, to] = [findOption(options, '--from'), findOption(options, '--to')];
    return {
      kind: 'string',
      pattern,
      algorithm: algorithm === 'kmp' ? 'kmp' : 'bm',
      from: from === undefined ? 0 : numberValue(from, { min: 0, max: OFFSET_MAX }),
      to: to === undefined ? OFFSET_MAX : numberValue(to, { min: 0, max: OFFSET_MAX }),
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
    const headerBytes = packetBytes(packet) - packet.payloadBytes;
    if (match.from < headerBytes && match.to < headerBytes) return notModelled('the bytes of a packet header');
    if (packet.payload === undefined && packet.payloadBytes > 0) return notModelled('the payload');
    // Headers are values here, not bytes: the pattern is looked for behind them.
    return answer(findPattern(match, packet.payload ?? new Uint8Array(0), headerBytes) !== match.inverted);
  },

  describe: (match) =>
    `its payload ${is(match.inverted)} found to hold ${printPattern(match.pattern).replace(/^--(?:hex-)?string /, '')}`,
};
