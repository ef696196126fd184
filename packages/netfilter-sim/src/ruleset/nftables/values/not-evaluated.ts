import type { Component } from './component.ts';
import type { NftElement } from './element.ts';
import type { Operand } from './expression.ts';
import type { NftRule, NftTable } from './rule-set.ts';
import { expressionsOf, referencesOf } from './walk-rule.ts';

/** What of a rule the reader knows that the model does not evaluate, in words; empty: none of it. */
export const notEvaluated = ({ statements }: NftRule, table: NftTable): readonly string[] => {
  const found = statements.flatMap((statement): readonly string[] => {
    if (statement.kind === 'not-modelled' || statement.kind === 'unknown-test') return [statement.what];
    const constants = expressionsOf(statement).flatMap((one) => (one.kind === 'constant' ? unknownIn([one.component]) : []));
    return [...constants, ...(statement.kind === 'match' ? unknownInOperand(statement.right) : [])];
  });
  const elements = referencesOf(statements).flatMap((one) => (one.kind === 'anonymous' ? one.elements : (table.sets.get(one.name)?.elements ?? [])));
  return [...new Set([...found, ...elements.flatMap(unknownInElement)])];
};

const unknownIn = (components: readonly Component[]): readonly string[] =>
  components.flatMap((component) => (component.kind === 'unknown' ? [`the word ${component.text}`] : []));

const unknownInOperand = (operand: Operand): readonly string[] => (operand.kind === 'parts' ? unknownIn(operand.parts) : []);

const unknownInElement = ({ key, data, unknown }: NftElement): readonly string[] => [
  ...(key === 'any' ? [] : unknownIn(key)),
  ...(data?.kind === 'parts' ? unknownIn(data.parts) : []),
  ...(unknown === undefined ? [] : [`${unknown} in an element`]),
];
