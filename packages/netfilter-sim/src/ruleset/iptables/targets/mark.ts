import type { MarkAndMask } from '../../shared/marks.ts';
import { hex } from '../../shared/numbers.ts';
import { goOn } from '../../shared/outcome.ts';
import { applyMark, MARK_OPTIONS, readMarkOption } from '../extension/connection-mark.ts';
import type { TargetModule } from '../extension/extension.ts';
import { requireOneOption } from '../extension/option-values.ts';

/** Changes the packet's mark (net/netfilter/xt_mark.c, mark_tg). */
export interface MarkTarget {
  readonly kind: 'MARK';
  readonly mark: MarkAndMask;
}

export const mark: TargetModule<'MARK', MarkTarget> = {
  name: 'MARK',
  options: MARK_OPTIONS,
  parse: (options, scope) => ({
    kind: 'MARK',
    mark: readMarkOption(requireOneOption(options, Object.keys(MARK_OPTIONS), scope)),
  }),
  print: ({ mark }) => `--set-xmark ${hex(mark.value)}/${hex(mark.mask)}`,
  apply: (target, context) => goOn({ kind: 'set-mark', mark: applyMark(context.mark, target.mark) }),
  describe: ({ mark }) => `mark it: ${describeMarking(mark)}`,
};

/** In words what clearing the mask and flipping the value does. */
export const describeMarking = ({ value, mask }: MarkAndMask): string => {
  if (mask === 0xffff_ffff) return `the mark becomes ${hex(value)}`;
  if (mask === 0) return `the bits ${hex(value)} are flipped`;
  if (value === mask) return `the bits ${hex(value)} are set`;
  return `the bits ${hex(mask)} are cleared, then ${hex(value)} is flipped in`;
};
