import type { MarkAndMask } from '../../shared/marks.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import type { WrittenOption } from './extension.ts';
import { markValue, numberValue } from './option-values.ts';

/** Options that MARK and CONNMARK share. */
export const MARK_OPTIONS = {
  '--set-xmark': { values: 1, invertible: false },
  '--set-mark': { values: 1, invertible: false },
  '--and-mark': { values: 1, invertible: false },
  '--or-mark': { values: 1, invertible: false },
  '--xor-mark': { values: 1, invertible: false },
} as const;

/** What the options come to in `--set-xmark VALUE/MASK` (libxt_MARK.c, mark_tg_parse). */
export const readMarkOption = (option: WrittenOption): MarkAndMask => {
  const bits = (): number => numberValue(option, { min: 0, max: UINT32_MAX });
  switch (option.name) {
    case '--and-mark':
      return { value: 0, mask: ~bits() >>> 0 };
    case '--or-mark':
      return { value: bits(), mask: bits() };
    case '--xor-mark':
      return { value: bits(), mask: 0 };
    case '--set-mark': {
      const { value, mask } = markValue(option);
      return { value, mask: (value | mask) >>> 0 };
    }
    default:
      return markValue(option);
  }
};

/** Clears the bits of the mask, then flips those of the value. */
export const applyMark = (mark: number, { value, mask }: MarkAndMask): number => ((mark & ~mask) ^ value) >>> 0;
