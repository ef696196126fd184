import { goOn } from '../../shared/outcome.ts';
import type { TargetModule, WrittenOption } from '../extension/extension.ts';
import { numberValue, requireOneOption } from '../extension/option-values.ts';
import { printTos, readTos } from '../extension/type-of-service.ts';
import type { TosAndMask } from '../extension/type-of-service.ts';

/** Changes the type of service octet (net/netfilter/xt_DSCP.c, tos_tg). */
export interface TosTarget extends TosAndMask {
  readonly kind: 'TOS';
}

const one = { values: 1, invertible: false } as const;

const OPTIONS = { '--set-tos': one, '--and-tos': one, '--or-tos': one, '--xor-tos': one } as const;

const readChange = (option: WrittenOption): TosAndMask => {
  const bits = (): number => numberValue(option, { min: 0, max: 255 });
  switch (option.name) {
    case '--and-tos':
      return { value: 0, mask: ~bits() & 0xff };
    case '--or-tos':
      return { value: bits(), mask: bits() };
    case '--xor-tos':
      return { value: bits(), mask: 0 };
    default:
      return readTos(option, 0xff);
  }
};

export const tos: TargetModule<'TOS', TosTarget> = {
  name: 'TOS',
  options: OPTIONS,
  placement: () => ({ tables: ['mangle'] }),
  parse: (options, scope) => ({ kind: 'TOS', ...readChange(requireOneOption(options, Object.keys(OPTIONS), scope)) }),
  print: (target) => `--set-tos ${printTos(target)}`,
  apply: ({ value, mask }, { packet }) => goOn({ kind: 'set-tos', tos: ((packet.tos & ~mask) ^ value) & 0xff }),
  describe: (target) => `set its type of service to ${printTos(target)}`,
};
