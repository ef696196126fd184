import { UINT32_MAX } from '../../shared/numbers.ts';
import { goOn } from '../../shared/outcome.ts';
import { utf8Bytes } from '../../shared/text.ts';
import type { TargetModule } from '../extension/extension.ts';
import { hasOption, numberValue, refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** Starts a timer anew that user space watches (net/netfilter/xt_IDLETIMER.c). */
export interface IdletimerTarget {
  readonly kind: 'IDLETIMER';
  readonly timeoutSeconds: number;
  readonly label: string;
  readonly alarm: boolean;
}

/** MAX_IDLETIMER_LABEL_SIZE with its NUL. */
const LABEL_BYTES_MAX = 27;

export const idletimer: TargetModule<'IDLETIMER', IdletimerTarget> = {
  name: 'IDLETIMER',
  options: {
    '--timeout': { values: 1, invertible: false },
    '--label': { values: 1, invertible: false },
    '--alarm': { values: 0, invertible: false },
  },

  parse(options, scope) {
    const timeout = requireOption(options, '--timeout', scope, 'SECONDS');
    const label = requireOption(options, '--label', scope, 'NAME');
    if (valueOf(label) === '' || utf8Bytes(valueOf(label)) > LABEL_BYTES_MAX) {
      refuse(label, `1 to ${LABEL_BYTES_MAX} bytes`);
    }
    return {
      kind: 'IDLETIMER',
      timeoutSeconds: numberValue(timeout, { min: 1, max: UINT32_MAX }),
      label: valueOf(label),
      alarm: hasOption(options, '--alarm'),
    };
  },

  print: ({ timeoutSeconds, label, alarm }) => `--timeout ${timeoutSeconds} --label ${label}${alarm ? ' --alarm' : ''}`,
  apply: () => goOn(),
  describe: ({ timeoutSeconds, label }) => `start the timer ${label} of ${timeoutSeconds} s anew`,
};
