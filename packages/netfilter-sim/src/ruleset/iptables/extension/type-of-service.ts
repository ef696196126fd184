import { readBounded } from '../../shared/numbers.ts';
import type { WrittenOption } from './extension.ts';
import { refuse, valueOf } from './option-values.ts';

export interface TosAndMask {
  readonly value: number;
  readonly mask: number;
}

/** RFC 1349's names (tos_values.c of iptables 1.8.9). */
const NAMES = {
  'Minimize-Delay': 0x10,
  'Maximize-Throughput': 0x08,
  'Maximize-Reliability': 0x04,
  'Minimize-Cost': 0x02,
  'Normal-Service': 0x00,
} as const;

const OCTET = { min: 0, max: 255 };

/** `VALUE`, `VALUE/MASK` or a name, whose mask is 0x3f. */
export const readTos = (option: WrittenOption, defaultMask: number): TosAndMask => {
  const written = valueOf(option).toLowerCase();
  const named = (Object.keys(NAMES) as (keyof typeof NAMES)[]).find((name) => name.toLowerCase() === written);
  if (named !== undefined) return { value: NAMES[named], mask: 0x3f };
  const [valueText = '', maskText, ...more] = valueOf(option).split('/');
  const value = readBounded(valueText, OCTET);
  const mask = maskText === undefined ? defaultMask : readBounded(maskText, OCTET);
  return value === undefined || mask === undefined || more.length > 0
    ? refuse(option, `VALUE or VALUE/MASK of 8 bits, or ${Object.keys(NAMES).join(', ')}`)
    : { value, mask };
};

const octet = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

export const printTos = ({ value, mask }: TosAndMask): string => `${octet(value)}/${octet(mask)}`;
