import { InputError } from '../../../error.ts';
import { readInterval } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import type { TargetModule } from '../extension/extension.ts';
import { excludeTogether, findOption, hasOption, numberValue, refuse, valueOf } from '../extension/option-values.ts';

/** Hands the packet to a program (net/netfilter/xt_NFQUEUE.c). */
export interface NfqueueTarget {
  readonly kind: 'NFQUEUE';
  /** One queue, or several among which flows are spread. */
  readonly queues: Interval;
  /** Where no program listens, go on instead of dropping. */
  readonly bypass: boolean;
  readonly cpuFanout: boolean;
}

const QUEUES: Interval = { min: 0, max: 65535 };
/** The kernel counts them in 16 bits (nfqueue_tg_check). */
const QUEUES_TOTAL_MAX = 65535;

export const nfqueue: TargetModule<'NFQUEUE', NfqueueTarget> = {
  name: 'NFQUEUE',
  ends: true,
  options: {
    '--queue-num': { values: 1, invertible: false },
    '--queue-balance': { values: 1, invertible: false },
    '--queue-bypass': { values: 0, invertible: false },
    '--queue-cpu-fanout': { values: 0, invertible: false },
  },

  parse(options, scope) {
    excludeTogether(options, ['--queue-num', '--queue-balance']);
    const number = findOption(options, '--queue-num');
    const balance = findOption(options, '--queue-balance');
    if (hasOption(options, '--queue-cpu-fanout') && balance === undefined) {
      throw new InputError(
        scope.position,
        '--queue-cpu-fanout needs --queue-balance',
        'add --queue-balance FIRST:LAST',
      );
    }
    return {
      kind: 'NFQUEUE',
      queues: balance === undefined ? { min: queueOf(number), max: queueOf(number) } : balanceOf(balance),
      bypass: hasOption(options, '--queue-bypass'),
      cpuFanout: hasOption(options, '--queue-cpu-fanout'),
    };
  },

  print: ({ queues, bypass, cpuFanout }) =>
    [
      queues.min === queues.max ? `--queue-num ${queues.min}` : `--queue-balance ${queues.min}:${queues.max}`,
      ...(bypass ? ['--queue-bypass'] : []),
      ...(cpuFanout ? ['--queue-cpu-fanout'] : []),
    ].join(' '),

  apply({ queues, bypass }, context) {
    // The kernel hashes the addresses with a secret seed: which queue it is looks like chance.
    let queue = queues.min;
    while (
      queue < queues.max &&
      !context.choose({ kind: 'chance', what: `NFQUEUE ${queue}`, probability: 1 / (queues.max - queue + 1) })
    ) {
      queue += 1;
    }
    return { kind: 'queue', queue, bypass };
  },

  describe: ({ queues }) =>
    `hand it to a program at queue ${queues.min === queues.max ? queues.min : `${queues.min}–${queues.max}`}`,
};

const queueOf = (option: Parameters<typeof valueOf>[0] | undefined): number =>
  option === undefined ? 0 : numberValue(option, QUEUES);

const balanceOf = (option: Parameters<typeof valueOf>[0]): Interval => {
  const range = valueOf(option).includes(':') ? readInterval(valueOf(option), QUEUES) : undefined;
  if (range === undefined || range.min >= range.max) return refuse(option, 'FIRST:LAST with FIRST below LAST');
  return range.max - range.min < QUEUES_TOTAL_MAX ? range : refuse(option, `at most ${QUEUES_TOTAL_MAX} queues`);
};
