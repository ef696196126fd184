import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';
import { refuse, requireOption, valueOf } from '../extension/option-values.ts';

const TYPES = ['accept', 'drop', 'reject'] as const;

/** A record for the audit daemon (net/netfilter/xt_AUDIT.c). */
export interface AuditTarget {
  readonly kind: 'AUDIT';
  readonly type: (typeof TYPES)[number];
}

export const audit: TargetModule<'AUDIT', AuditTarget> = {
  name: 'AUDIT',
  quiet: true,
  options: { '--type': { values: 1, invertible: false } },

  parse(options, scope) {
    const option = requireOption(options, '--type', scope, 'accept');
    const type = TYPES.find((name) => name === valueOf(option).toLowerCase()) ?? refuse(option, TYPES.join(', '));
    return { kind: 'AUDIT', type };
  },

  print: ({ type }) => `--type ${type}`,
  apply: () => goOn(),
  describe: ({ type }) => `report it to the audit daemon as ${type}`,
};
