import { notModelled } from '../../shared/not-modelled.ts';
import type { NotModelled } from '../../shared/not-modelled.ts';
import { bitsOf } from '../values/data-type.ts';
import { typesOf } from '../values/expression.ts';
import type { Expression } from '../values/expression.ts';
import type { NftContext } from './context.ts';
import { evaluateCt } from './ct.ts';
import { evaluateExtensionHeader } from './extension-header.ts';
import { evaluateFib } from './fib.ts';
import { hashFlow, hashParts } from './hash.ts';
import { lookUp } from './lookup.ts';
import { evaluateMeta } from './meta.ts';
import { evaluateNumgen } from './numgen.ts';
import { evaluatePayload } from './payload.ts';
import { evaluateSocket } from './socket.ts';
import { evaluateTcpOption } from './tcp-option.ts';
import { BREAK, isUnknown, number, one } from './value.ts';
import type { Part, UnknownPart, Value } from './value.ts';
import { which } from './which.ts';

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
    case 'tcp-option':
      return evaluateTcpOption(expression, context.seen.packet);
    case 'extension-header':
      return evaluateExtensionHeader(expression, context.seen.packet);
    case 'socket':
      return evaluateSocket(expression.key, context.seen);
    case 'path-segment-size': {
      const bytes = context.seen.pathSegmentSize();
      return bytes === undefined ? notModelled('the MTU of the path') : number(asRegister(bytes));
    }
    case 'numgen':
      return evaluateNumgen(expression, context, position);
    case 'hash':
      return expression.of === 'flow'
        ? hashFlow(expression, context, position)
        : hashParts(expression, { of: evaluateExpression(expression.of, context, position), types: typesOf(expression.of) }, context, position);
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

/** A part that is not known leaves the others as they are. */
const evaluateParts = (expressions: readonly Expression[], context: NftContext, position: string): Value => {
  const parts: Part[] = [];
  for (const [at, expression] of expressions.entries()) {
    const value = evaluateExpression(expression, context, `${position}.${at}`);
    switch (value.kind) {
      case 'break':
        return BREAK;
      case 'not-modelled':
        parts.push(value);
        break;
      case 'value':
        parts.push(...value.parts);
    }
  }
  return { kind: 'value', parts };
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
  if (isUnknown(left)) return operator === '&' && typeof right === 'bigint' ? masked(left, right) : left;
  if (isUnknown(right)) return right;
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

/** What a segment holds where the path takes more than 16 bits can say (get_tcpmss, nft_rt.c, 6.12). */
const SEGMENT_SIZE_DEFAULT = 536;
const MTU_MAX = 0xffff;

const asRegister = ({ bytes, mtu }: { readonly bytes: number; readonly mtu: number }): number =>
  bytes <= 0 || mtu > MTU_MAX ? SEGMENT_SIZE_DEFAULT : bytes;

/** Of a field that is known in part, the bits that the mask leaves may be known. */
const masked = (part: UnknownPart, mask: bigint): Value => {
  const { bits } = part;
  if (bits === undefined) return part;
  if ((mask & ~bits.known) === 0n) return one(bits.value & mask);
  const { someOf, ...rest } = bits;
  const kept = someOf !== undefined && (someOf & ~mask) === 0n ? { someOf } : {};
  return { ...part, bits: { known: rest.known & mask, value: rest.value & mask, ...kept } };
};

const evaluateMap = (
  { key, data }: Extract<Expression, { kind: 'map' }>,
  context: NftContext,
  position: string,
): Value => {
  const value = evaluateExpression(key, context, position);
  if (value.kind === 'break') return BREAK;
  const keyParts = value.kind === 'value' ? value.parts : typesOf(key).map(() => value);
  const found = which(lookUp(data, keyParts, context), key, context);
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
