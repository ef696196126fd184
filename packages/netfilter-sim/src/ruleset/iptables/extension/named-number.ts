import { printMark } from '../../shared/marks.ts';
import type { MarkAndMask } from '../../shared/marks.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import type { WrittenOption } from './extension.ts';
import { markValue, valueOf } from './option-values.ts';

/** What iproute2's files, as they come, call number 0: other names are a host's own. */
const ZERO_NAMES = { group: 'default', realm: 'cosmos' } as const;

type Numbered = keyof typeof ZERO_NAMES;

/** `VALUE`, `VALUE/MASK`, or the name that 0 has (`xtables_parse_val_mask`, libxtables 1.8.9). */
export const namedNumberValue = (option: WrittenOption, of: Numbered): MarkAndMask =>
  valueOf(option) === ZERO_NAMES[of] ? { value: 0, mask: UINT32_MAX } : markValue(option);

export const printNamedNumber = (number: MarkAndMask, of: Numbered): string =>
  number.value === 0 && number.mask === UINT32_MAX ? ZERO_NAMES[of] : printMark(number);
