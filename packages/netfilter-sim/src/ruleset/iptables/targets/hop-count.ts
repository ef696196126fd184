import { goOn } from '../../shared/outcome.ts';
import type { TargetOutcome } from '../../shared/outcome.ts';
import type { RuleScope, WrittenOption } from '../extension/extension.ts';
import { numberValue, requireOneOption } from '../extension/option-values.ts';

/** What `TTL` and `HL` do to the hops that a packet has left. */
export interface HopCountChange {
  readonly operation: 'set' | 'inc' | 'dec';
  readonly hops: number;
}

export const readHopCountChange = (
  options: readonly WrittenOption[],
  prefix: string,
  scope: RuleScope,
): HopCountChange => {
  const option = requireOneOption(options, [`${prefix}-set`, `${prefix}-inc`, `${prefix}-dec`], scope);
  const operation = option.name.endsWith('-set') ? 'set' : option.name.endsWith('-inc') ? 'inc' : 'dec';
  return { operation, hops: numberValue(option, { min: operation === 'set' ? 0 : 1, max: 255 }) };
};

export const printHopCountChange = (prefix: string, { operation, hops }: HopCountChange): string =>
  `${prefix}-${operation} ${hops}`;

/** Stays within 0 to 255 (net/netfilter/xt_HL.c, ttl_tg). */
export const applyHopCountChange = ({ operation, hops }: HopCountChange, left: number): TargetOutcome => {
  switch (operation) {
    case 'set':
      return goOn({ kind: 'set-ttl', ttl: hops });
    case 'inc':
      return goOn({ kind: 'set-ttl', ttl: Math.min(255, left + hops) });
    case 'dec':
      return goOn({ kind: 'set-ttl', ttl: Math.max(0, left - hops) });
  }
};

export const describeHopCountChange = (name: string, { operation, hops }: HopCountChange): string => {
  const spoken = { set: `set its ${name} to`, inc: `raise its ${name} by`, dec: `lower its ${name} by` };
  return `${spoken[operation]} ${hops}`;
};
