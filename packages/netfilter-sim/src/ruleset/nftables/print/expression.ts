import { printScalar } from '../values/data-type.ts';
import type { DataType } from '../values/data-type.ts';
import { typesOf } from '../values/expression.ts';
import type { Expression, Operand } from '../values/expression.ts';
import { printComponent, printParts, printReference } from './value.ts';

/** Keys that nft prints without the word `meta` (src/meta.c, nftables 1.0.6). */
const UNQUALIFIED: ReadonlySet<string> = new Set(['iif', 'oif', 'iifname', 'oifname', 'iifgroup', 'oifgroup']);

/** An expression as `nft list ruleset` prints it. */
export const printExpression = (expression: Expression): string => {
  switch (expression.kind) {
    case 'payload':
      return `${expression.protocol} ${expression.field}`;
    case 'meta':
      return UNQUALIFIED.has(expression.key) ? expression.key : `meta ${expression.key}`;
    case 'ct':
      return ['ct', ...(expression.direction === undefined ? [] : [expression.direction]), expression.key].join(' ');
    case 'fib':
      return `fib ${expression.flags.join(' . ')} ${expression.result}`;
    case 'tcp-option':
      return ['tcp option', expression.name, ...(expression.field === undefined ? [] : [expression.field])].join(' ');
    case 'extension-header':
      return ['exthdr', expression.name, ...(expression.field === undefined ? [] : [expression.field])].join(' ');
    case 'socket':
      return `socket ${expression.key}`;
    case 'path-segment-size':
      return 'rt mtu';
    case 'numgen':
      return `numgen ${expression.mode} mod ${expression.modulus}${expression.offset === 0 ? '' : ` offset ${expression.offset}`}`;
    case 'hash':
      return [
        expression.of === 'flow' ? 'symhash' : `jhash ${printExpression(expression.of)}`,
        `mod ${expression.modulus}`,
        ...(expression.seed === undefined ? [] : [`seed 0x${expression.seed.toString(16)}`]),
        ...(expression.offset === 0 ? [] : [`offset ${expression.offset}`]),
      ].join(' ');
    case 'binary':
      return `${printExpression(expression.left)} ${expression.operator} ${printExpression(expression.right)}`;
    case 'concatenation':
      return expression.parts.map(printExpression).join(' . ');
    case 'map':
      return `${printExpression(expression.key)} map ${printReference(expression.data, typesOf(expression.key), expression.types)}`;
    case 'constant':
      return printComponent(expression.component, expression.type);
    case 'not-modelled':
      return expression.text;
  }
};

export const printOperand = (operand: Operand, types: readonly DataType[]): string => {
  switch (operand.kind) {
    case 'parts':
      return printParts(operand.parts, types);
    case 'flags':
      return printScalar(types[0] ?? 'integer', operand.bits);
    case 'set':
      return printReference(operand.set, types);
    case 'presence':
      return operand.present ? 'exists' : 'missing';
    case 'not-modelled':
      return operand.text;
  }
};
