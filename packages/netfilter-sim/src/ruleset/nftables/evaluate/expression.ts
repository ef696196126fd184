import { notModelled } from '../../shared/not-modelled.ts';
import type { NotModelled } from '../../shared/not-modelled.ts';
import { bitsOf } from '../values/data-type.ts';
import { typesOf } from '../values/expression.ts';
import type { Expression } from '../values/expression.ts';
import type { NftContext } from './context.ts';
import { evaluateCt } from './ct.ts';
import { evaluateFib } from './fib.ts';
import { lookUp } from './lookup.ts';
import { evaluateMeta } from './meta.ts';
import { evaluateNumgen } from './numgen.ts';
import { evaluatePayload } from './payload.ts';
import { BREAK, one } from './value.ts';
import type { Value } from './value.ts';

/** What the expression comes to for the packet. `position` tells its chance and memory from others of the rule. */
export const evaluateExpression = (expression: Expression, context: NftContext, position: string): Value => {
  switch (expression.kind) {
    case 'payload':
      return evaluatePayload(expression, context.seen);
    case 'meta':
      return evaluateMeta(expression.key, context.seen);
    case 'ct':
      return evaluateCt(expression, context.seen);
    case 'fib':
      return evaluateFib(expression, context.seen);
    case 'numgen':
      return evaluateNumgen(expression, context, position);
    case 'binary':
      return evaluateBinary(expression, context, position);
    case 'concatenation':
      return evaluateParts(expression.parts, context, position);
    case 'map':
      return evaluateMap(expression, context, position);
    case 'constant':
      return expression.component.kind === 'value'
        ? one(expression.component.value)
        : notModelled('a constant that is not one value');
    case 'not-modelled':
      return notModelled(expression.what);
  }
};

const evaluateParts = (expressions: readonly Expression[], context: NftContext, position: string): Value => {
  const values = expressions.map((part, at) => evaluateExpression(part, context, `${position}.${at}`));
  const stopped = values.find((value) => value.kind !== 'value');
  return stopped ?? { kind: 'value', parts: values.flatMap((value) => (value.kind === 'value' ? value.parts : [])) };
};

/** net/netfilter/nft_bitwise.c, 6.12: registers are as wide as their type. */
const evaluateBinary = (
  binary: Extract<Expression, { kind: 'binary' }>,
  context: NftContext,
  position: string,
): Value => {
  const { operator } = binary;
  const both = evaluateParts([binary.left, binary.right], context, position);
  if (both.kind !== 'value') return both;
  const [left, right] = both.parts;
  if (typeof left !== 'bigint' || typeof right !== 'bigint') return notModelled(`${operator} of what is no number`);
  const width = BigInt(bitsOf(typesOf(binary)[0] ?? 'integer'));
  switch (operator) {
    case '&':
      return one(left & right);
    case '|':
      return one(left | right);
    case '^':
      return one(left ^ right);
    case '<<':
      return one((left << right) & ((1n << width) - 1n));
    case '>>':
      return one(left >> right);
  }
};

const evaluateMap = (
  { key, data }: Extract<Expression, { kind: 'map' }>,
  context: NftContext,
  position: string,
): Value => {
  const value = evaluateExpression(key, context, position);
  if (value.kind !== 'value') return value;
  const found = lookUp(data, value.parts, context);
  switch (found.kind) {
    case 'absent':
      return BREAK;
    case 'not-modelled':
      return found;
    case 'found':
      break;
  }
  const behind = found.element.data;
  if (behind?.kind !== 'parts') return notModelled('a map without values');
  const parts = behind.parts.map((part) => (part.kind === 'value' ? part.value : undefined));
  const missing: NotModelled = notModelled('a map with ranges behind its keys');
  return parts.some((part) => part === undefined)
    ? missing
    : { kind: 'value', parts: parts.flatMap((part) => (part === undefined ? [] : [part])) };
};
