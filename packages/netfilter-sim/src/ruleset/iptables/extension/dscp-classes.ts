import type { RuleScope, WrittenOption } from './extension.ts';
import { numberValue, refuse, requireOneOption, valueOf } from './option-values.ts';

/** Code points by class (dscp_helper.c of iptables 1.8.9; RFC 2474, 2597, 3246). */
const DSCP_CLASSES: Readonly<Record<string, number>> = {
  CS0: 0x00,
  CS1: 0x08,
  CS2: 0x10,
  CS3: 0x18,
  CS4: 0x20,
  CS5: 0x28,
  CS6: 0x30,
  CS7: 0x38,
  BE: 0x00,
  AF11: 0x0a,
  AF12: 0x0c,
  AF13: 0x0e,
  AF21: 0x12,
  AF22: 0x14,
  AF23: 0x16,
  AF31: 0x1a,
  AF32: 0x1c,
  AF33: 0x1e,
  AF41: 0x22,
  AF42: 0x24,
  AF43: 0x26,
  EF: 0x2e,
};

export const dscpValue = (
  options: readonly WrittenOption[],
  names: { readonly number: string; readonly class: string },
  scope: RuleScope,
): { readonly dscp: number; readonly inverted: boolean } => {
  const option = requireOneOption(options, [names.number, names.class], scope);
  const dscp =
    option.name === names.number
      ? numberValue(option, { min: 0, max: 63 })
      : (DSCP_CLASSES[valueOf(option).toUpperCase()] ?? refuse(option, 'a class such as CS1, AF11 or EF'));
  return { dscp, inverted: option.inverted };
};

export const printDscp = (dscp: number): string => `0x${dscp.toString(16).padStart(2, '0')}`;
