import { elements, field } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import type { DataType } from '../values/data-type.ts';
import { typesOf } from '../values/expression.ts';
import type { Operand } from '../values/expression.ts';
import type { Comparison, Statement } from '../values/statement.ts';
import { readParts } from './component.ts';
import { readExpression } from './expression.ts';
import { isObject, named, oneOf, rawText } from './json.ts';
import { readReference } from './set.ts';
import type { SetTypes } from './set.ts';

const COMPARISONS: readonly Comparison[] = ['==', '!=', '<', '>', '<=', '>=', 'in', '!'];

/** `{"op": "==", "left": …, "right": …}`: the left side says what type the right one has. */
export const readMatch = (json: Json, body: Json, { sets }: { readonly sets: SetTypes }): Statement => {
  const left = readExpression(field(body, 'left'), { sets, expected: [] });
  if (left.kind === 'not-modelled') return { kind: 'unknown-test', what: left.what, text: rawText(json) };
  const right = readOperand(field(body, 'right'), typesOf(left), sets);
  if (right.kind === 'not-modelled') return { kind: 'unknown-test', what: right.text, text: rawText(json) };
  return { kind: 'match', comparison: oneOf(field(body, 'op'), COMPARISONS), left, right };
};

/** Expressions are there for the sake of newer kernels only; a set is the usual thing. */
const EXPRESSIONS: ReadonlySet<string> = new Set(['payload', 'meta', 'ct', 'fib', 'numgen', 'map']);
const BITS: ReadonlySet<string> = new Set(['|', '&', '^']);

const readOperand = (json: Json, types: readonly DataType[], sets: SetTypes): Operand => {
  const [type = 'integer'] = types;
  if (typeof json.value === 'string' && json.value.startsWith('@')) return referenceTo(json, types, sets);
  if (typeof json.value === 'boolean') return { kind: 'presence', present: json.value };
  if (Array.isArray(json.value))
    return flagsOf(
      elements(json).map((word) => readParts(word, [type])),
      json,
    );
  if (!isObject(json)) return { kind: 'parts', parts: readParts(json, types) };
  const { name } = named(json);
  if (name === 'set') return referenceTo(json, types, sets);
  if (EXPRESSIONS.has(name)) return { kind: 'not-modelled', text: rawText(json) };
  if (BITS.has(name)) {
    const constant = readExpression(json, { sets, expected: [type] });
    return constant.kind === 'constant'
      ? flagsOf([[constant.component]], json)
      : { kind: 'not-modelled', text: rawText(json) };
  }
  return { kind: 'parts', parts: readParts(json, types) };
};

const referenceTo = (json: Json, key: readonly DataType[], sets: SetTypes): Operand => {
  const found = readReference(json, { key }, sets);
  return found === undefined ? { kind: 'not-modelled', text: rawText(json) } : { kind: 'set', set: found.reference };
};

const flagsOf = (words: readonly ReturnType<typeof readParts>[], json: Json): Operand => {
  let bits = 0n;
  for (const [word] of words) {
    if (word?.kind !== 'value' || typeof word.value !== 'bigint') return { kind: 'not-modelled', text: rawText(json) };
    bits |= word.value;
  }
  return { kind: 'flags', bits };
};
