import type { Pattern } from '../../../directive/pattern.ts';
import type { ViewedQuery } from '../../../plugin/view.ts';
import type { Compiled, Value, ValueType } from './compiled.ts';
import { ExpressionError } from './compiled.ts';
import { FUNCTIONS } from './functions.ts';
import type { BinaryOperator, Expression, UnaryOperator } from './syntax.ts';

/** Makes a regular expression of a text. @throws where it is none */
export type ReadPattern = (text: string) => Pattern;

const fixed = (type: ValueType, value: Value): Compiled => ({ type, evaluate: () => value });

/** Both sides have a value, or the whole has none. */
const both = (
  type: ValueType,
  left: Compiled,
  right: Compiled,
  combine: (one: Value, other: Value) => Value | undefined,
): Compiled => ({
  type,
  evaluate(query) {
    const one = left.evaluate(query);
    const other = one === undefined ? undefined : right.evaluate(query);
    return one === undefined || other === undefined ? undefined : combine(one, other);
  },
});

const mismatch = (operator: string, left: Compiled, right: Compiled): ExpressionError =>
  new ExpressionError(`invalid operation: ${operator} (mismatched types ${left.type} and ${right.type})`);

/** @throws ExpressionError unless both sides are of one of the types, and of the same */
const requireTypes = (operator: string, left: Compiled, right: Compiled, types: readonly ValueType[]): void => {
  if (left.type !== right.type || !types.includes(left.type)) throw mismatch(operator, left, right);
};

/** The right side is not looked at where the left one decides. */
const logic = (operator: string, left: Compiled, right: Compiled, decides: boolean): Compiled => {
  requireTypes(operator, left, right, ['boolean']);
  return {
    type: 'boolean',
    evaluate(query) {
      const value = left.evaluate(query);
      return value === undefined || value === decides ? value : right.evaluate(query);
    },
  };
};

const compareWith = (operator: string, left: Compiled, right: Compiled, holds: (order: number) => boolean): Compiled => {
  requireTypes(operator, left, right, ['string', 'number']);
  return both('boolean', left, right, (one, other) => holds(one < other ? -1 : one > other ? 1 : 0));
};

const arithmetic = (
  operator: string,
  left: Compiled,
  right: Compiled,
  calculate: (one: number, other: number) => number | undefined,
): Compiled => {
  requireTypes(operator, left, right, ['number']);
  return both('number', left, right, (one, other) => calculate(Number(one), Number(other)));
};

const onTexts = (
  operator: string,
  left: Compiled,
  right: Compiled,
  holds: (one: string, other: string) => boolean,
): Compiled => {
  requireTypes(operator, left, right, ['string']);
  return both('boolean', left, right, (one, other) => holds(String(one), String(other)));
};

const isIn = (left: Compiled, right: Compiled): Compiled => {
  if (right.type !== 'array') throw mismatch('in', left, right);
  return both('boolean', left, right, (one, items) => Array.isArray(items) && items.includes(one));
};

const invert = ({ evaluate }: Compiled): Compiled => ({
  type: 'boolean',
  evaluate(query) {
    const value = evaluate(query);
    return value === undefined ? undefined : value !== true;
  },
});

const matchesPattern = (left: Compiled, right: Expression, readPattern: ReadPattern): Compiled => {
  if (right.kind !== 'literal' || typeof right.value !== 'string') {
    throw new ExpressionError('what matches compares with is a regular expression in quotes');
  }
  if (left.type !== 'string') throw mismatch('matches', left, fixed('string', right.value));
  const pattern = readPattern(right.value);
  return {
    type: 'boolean',
    evaluate(query) {
      const text = left.evaluate(query);
      return typeof text === 'string' ? pattern.test(text) : undefined;
    },
  };
};

type PlainOperator = Exclude<BinaryOperator, 'matches' | 'not matches'>;

const compileBinary = (operator: PlainOperator, left: Compiled, right: Compiled): Compiled => {
  switch (operator) {
    case 'or':
    case '||':
      return logic(operator, left, right, true);
    case 'and':
    case '&&':
      return logic(operator, left, right, false);
    case '==':
      requireTypes(operator, left, right, ['string', 'number', 'boolean']);
      return both('boolean', left, right, (one, other) => one === other);
    case '!=':
      return invert(compileBinary('==', left, right));
    case '<':
      return compareWith(operator, left, right, (order) => order < 0);
    case '<=':
      return compareWith(operator, left, right, (order) => order <= 0);
    case '>':
      return compareWith(operator, left, right, (order) => order > 0);
    case '>=':
      return compareWith(operator, left, right, (order) => order >= 0);
    case 'in':
      return isIn(left, right);
    case 'contains':
      return onTexts(operator, left, right, (one, other) => one.includes(other));
    case 'startsWith':
      return onTexts(operator, left, right, (one, other) => one.startsWith(other));
    case 'endsWith':
      return onTexts(operator, left, right, (one, other) => one.endsWith(other));
    case 'not in':
      return invert(isIn(left, right));
    case 'not contains':
      return invert(compileBinary('contains', left, right));
    case 'not startsWith':
      return invert(compileBinary('startsWith', left, right));
    case 'not endsWith':
      return invert(compileBinary('endsWith', left, right));
    case '+':
      if (left.type !== 'string') return arithmetic(operator, left, right, (one, other) => one + other);
      requireTypes(operator, left, right, ['string']);
      return both('string', left, right, (one, other) => `${String(one)}${String(other)}`);
    case '-':
      return arithmetic(operator, left, right, (one, other) => one - other);
    case '*':
      return arithmetic(operator, left, right, (one, other) => one * other);
    case '/':
      return arithmetic(operator, left, right, (one, other) => one / other);
    case '%':
      return arithmetic(operator, left, right, (one, other) => (other === 0 ? undefined : one % other));
  }
};

const compileUnary = (operator: UnaryOperator, operand: Compiled): Compiled => {
  const wanted = operator === 'not' || operator === '!' ? 'boolean' : 'number';
  if (operand.type !== wanted) throw new ExpressionError(`invalid operation: ${operator} (mismatched type ${operand.type})`);
  if (wanted === 'boolean') return invert(operand);
  if (operator === '+') return operand;
  return { type: 'number', evaluate: (query) => negate(operand.evaluate(query)) };
};

const negate = (value: Value | undefined): number | undefined => (typeof value === 'number' ? -value : undefined);

/** The values of all of them; `undefined` where one has none. */
const evaluateAll = (items: readonly Compiled[], query: ViewedQuery): readonly Value[] | undefined => {
  const values: Value[] = [];
  for (const item of items) {
    const value = item.evaluate(query);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
};

const compileCall = (name: string, given: readonly Compiled[]): Compiled => {
  const known = FUNCTIONS.get(name);
  if (known === undefined) {
    throw new ExpressionError(`unknown function ${name}; known are ${[...FUNCTIONS.keys()].join(', ')}`);
  }
  const { parameters, result, call } = known;
  if (given.length !== parameters.length) {
    throw new ExpressionError(`${name} takes ${parameters.length} arguments, not ${given.length}`);
  }
  for (const [index, types] of parameters.entries()) {
    const type = given[index]?.type;
    if (type === undefined || !types.includes(type)) {
      throw new ExpressionError(`argument ${index + 1} of ${name} is ${types.join(' or ')}, not ${type ?? 'missing'}`);
    }
  }
  return {
    type: result,
    evaluate(query) {
      const values = evaluateAll(given, query);
      return values && call(query, values);
    },
  };
};

const compileChoice = (test: Compiled, positive: Compiled, negative: Compiled): Compiled => {
  if (test.type !== 'boolean') throw new ExpressionError(`what stands before ? is ${test.type}, not boolean`);
  if (positive.type !== negative.type) throw mismatch('?:', positive, negative);
  return {
    type: positive.type,
    evaluate(query) {
      const value = test.evaluate(query);
      return value === undefined ? undefined : (value === true ? positive : negative).evaluate(query);
    },
  };
};

const typeOf = (value: string | number | boolean): ValueType =>
  typeof value === 'string' ? 'string' : typeof value === 'number' ? 'number' : 'boolean';

/** The expression with all its types checked. @throws ExpressionError, and what `readPattern` throws */
export const compileExpression = (expression: Expression, readPattern: ReadPattern): Compiled => {
  const compile = (part: Expression): Compiled => compileExpression(part, readPattern);
  switch (expression.kind) {
    case 'literal':
      return fixed(typeOf(expression.value), expression.value);
    case 'array': {
      const items = expression.items.map(compile);
      return { type: 'array', evaluate: (query) => evaluateAll(items, query) };
    }
    case 'call':
      return compileCall(expression.name, expression.arguments.map(compile));
    case 'unary':
      return compileUnary(expression.operator, compile(expression.operand));
    case 'binary': {
      const { operator, left, right } = expression;
      if (operator === 'matches') return matchesPattern(compile(left), right, readPattern);
      if (operator === 'not matches') return invert(matchesPattern(compile(left), right, readPattern));
      return compileBinary(operator, compile(left), compile(right));
    }
    case 'choice':
      return compileChoice(compile(expression.test), compile(expression.positive), compile(expression.negative));
  }
};
