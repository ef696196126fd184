import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';
import { refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** The traffic class for queueing (net/netfilter/xt_CLASSIFY.c). */
export interface ClassifyTarget {
  readonly kind: 'CLASSIFY';
  readonly major: number;
  readonly minor: number;
}

const word = (value: number): string => value.toString(16).padStart(4, '0');

export const classify: TargetModule<'CLASSIFY', ClassifyTarget> = {
  name: 'CLASSIFY',
  options: { '--set-class': { values: 1, invertible: false } },
  placement: () => ({ hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'] }),

  parse(options, scope) {
    const option = requireOption(options, '--set-class', scope, 'MAJOR:MINOR');
    const found = /^(?:0x)?([\da-f]{1,4}):(?:0x)?([\da-f]{1,4})(?![\da-f])/i.exec(valueOf(option));
    return found === null
      ? refuse(option, 'MAJOR:MINOR, two hexadecimal numbers of 16 bits')
      : { kind: 'CLASSIFY', major: Number(`0x${found[1]}`), minor: Number(`0x${found[2]}`) };
  },

  print: ({ major, minor }) => `--set-class ${word(major)}:${word(minor)}`,
  // The class says how a device queues the packet, which has no bearing on its path.
  apply: () => goOn(),
  describe: ({ major, minor }) => `put it into the traffic class ${major.toString(16)}:${minor.toString(16)}`,
};
