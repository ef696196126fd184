import type { NftSetReference } from './element.ts';
import type { Expression } from './expression.ts';
import type { Statement } from './statement.ts';

/** An expression and all that it is made of. */
const withParts = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case 'binary':
      return [expression, ...withParts(expression.left), ...withParts(expression.right)];
    case 'concatenation':
      return [expression, ...expression.parts.flatMap(withParts)];
    case 'map':
      return [expression, ...withParts(expression.key)];
    case 'hash':
      return expression.of === 'flow' ? [expression] : [expression, ...withParts(expression.of)];
    case 'payload':
    case 'meta':
    case 'ct':
    case 'fib':
    case 'numgen':
    case 'constant':
    case 'tcp-option':
    case 'extension-header':
    case 'socket':
    case 'path-segment-size':
    case 'not-modelled':
      return [expression];
  }
};

/** Every expression that a statement evaluates. */
export const expressionsOf = (statement: Statement): readonly Expression[] => {
  switch (statement.kind) {
    case 'match':
      return withParts(statement.left);
    case 'verdict-map':
      return withParts(statement.key);
    case 'assign':
      return [statement.to, ...withParts(statement.value)];
    case 'set':
      return [...withParts(statement.key), ...statement.statements.flatMap(expressionsOf)];
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
    case 'tproxy':
      return [statement.address, statement.port].flatMap((part) => (part === undefined ? [] : withParts(part)));
    case 'verdict':
    case 'counter':
    case 'named-counter':
    case 'limit':
    case 'named-limit':
    case 'notrack':
    case 'reject':
    case 'log':
    case 'queue':
    case 'quota':
    case 'named-quota':
    case 'flow-offload':
    case 'helper':
    case 'no-effect':
    case 'unknown-test':
    case 'not-modelled':
      return [];
  }
};

/** Every set and map that the statements look into. */
export const referencesOf = (statements: readonly Statement[]): readonly NftSetReference[] =>
  statements.flatMap((statement) => [
    ...(statement.kind === 'verdict-map' ? [statement.data] : []),
    ...(statement.kind === 'match' && statement.right.kind === 'set' ? [statement.right.set] : []),
    ...expressionsOf(statement).flatMap((expression) => (expression.kind === 'map' ? [expression.data] : [])),
  ]);
