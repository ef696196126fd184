import jsep from 'jsep';
import { ExpressionError } from './compiled.ts';

/** The operators of expr-lang, https://expr-lang.org/docs/language-definition; more binds tighter. */
const BINARY_OPERATORS = {
  or: 10, '||': 10, and: 15, '&&': 15, '==': 20, '!=': 20, '<': 20, '>': 20, '<=': 20, '>=': 20, in: 20, 'not in': 20,
  contains: 20, 'not contains': 20, startsWith: 20, 'not startsWith': 20, endsWith: 20, 'not endsWith': 20,
  matches: 20, 'not matches': 20, '+': 30, '-': 30, '*': 60, '/': 60, '%': 60,
} as const;

export type BinaryOperator = keyof typeof BINARY_OPERATORS;

const UNARY_OPERATORS = ['not', '!', '-', '+'] as const;

export type UnaryOperator = (typeof UNARY_OPERATORS)[number];

// jsep is one for the whole process, and nobody else here uses it: JavaScript's operators make room for expr-lang's.
jsep.removeAllBinaryOps();
jsep.removeAllUnaryOps();
for (const [operator, precedence] of Object.entries(BINARY_OPERATORS)) jsep.addBinaryOp(operator, precedence);
for (const operator of UNARY_OPERATORS) jsep.addUnaryOp(operator);

/** What an expression may be made of. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'choice'; readonly test: Expression; readonly positive: Expression; readonly negative: Expression };

/** The escapes that jsep and expr-lang read alike; jsep would drop the backslash of any other. */
const KNOWN_ESCAPES = /^(?:[^\\]|\\[bfnrtv\\'"])*$/s;

const readLiteral = ({ value, raw }: jsep.Literal): Expression => {
  if (typeof value === 'string' && !KNOWN_ESCAPES.test(raw)) {
    throw new ExpressionError(`invalid escape in ${raw}; a backslash is written twice`);
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new ExpressionError(`${raw} cannot be used here`);
  }
  return { kind: 'literal', value };
};

const isBinary = (text: string): text is BinaryOperator => Object.hasOwn(BINARY_OPERATORS, text);

const readNode = (node: jsep.Expression): Expression => {
  const core = node as jsep.CoreExpression;
  switch (core.type) {
    case 'Literal':
      return readLiteral(core);
    case 'ArrayExpression':
      return { kind: 'array', items: core.elements.map((item) => readPresent(item)) };
    case 'CallExpression': {
      const callee = core.callee as jsep.CoreExpression;
      if (callee.type !== 'Identifier') throw new ExpressionError('only functions can be called');
      return { kind: 'call', name: callee.name, arguments: core.arguments.map((item) => readPresent(item)) };
    }
    case 'UnaryExpression': {
      const operator = UNARY_OPERATORS.find((known) => known === core.operator);
      if (operator === undefined) throw new RangeError(`an operator that was not declared: ${core.operator}`);
      return { kind: 'unary', operator, operand: readPresent(core.argument) };
    }
    case 'BinaryExpression': {
      const { operator } = core;
      if (!isBinary(operator)) throw new RangeError(`an operator that was not declared: ${operator}`);
      return { kind: 'binary', operator, left: readPresent(core.left), right: readPresent(core.right) };
    }
    case 'ConditionalExpression': {
      const [positive, negative] = [readPresent(core.consequent), readPresent(core.alternate)];
      return { kind: 'choice', test: readPresent(core.test), positive, negative };
    }
    case 'Identifier':
      throw new ExpressionError(`unknown name ${core.name}; functions have brackets, text has quotes`);
    case 'MemberExpression':
      throw new ExpressionError('nothing here has members');
    case 'Compound':
    case 'SequenceExpression':
      throw new ExpressionError('not one expression; put an operator between');
    case 'ThisExpression':
      throw new ExpressionError('unknown name this');
  }
};

const readPresent = (node: jsep.Expression | null | undefined): Expression => {
  if (node === null || node === undefined) throw new ExpressionError('a value is missing');
  return readNode(node);
};

/** @throws ExpressionError */
export const parseExpression = (text: string): Expression => {
  let parsed: jsep.Expression;
  try {
    parsed = jsep(text);
  } catch (cause) {
    if (!(cause instanceof Error) || !('index' in cause) || !('description' in cause)) throw cause;
    throw new ExpressionError(String(cause.description), Number(cause.index));
  }
  return readNode(parsed);
};
