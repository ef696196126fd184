import { notModelled } from '../evaluation.ts';
import type { NftContext } from './context.ts';
import { evaluateExpression } from './evaluate-expression.ts';
import { evaluateLimit } from './evaluate-limit.ts';
import { countElements, lookUp } from './lookup.ts';
import type { StatementOutcome } from './outcome.ts';
import { GO_ON, STOP } from './outcome.ts';
import { printNftPlace } from './place.ts';
import type { SetStatement } from './statement.ts';
import { keyOf, UNSEEN } from './value.ts';

/** net/netfilter/nft_dynset.c, 6.12: an element that is there is kept, and only `update` lets it live on. */
export const evaluateSetStatement = (statement: SetStatement, context: NftContext, position: string): StatementOutcome => {
  const { operation, timeoutMs, statements } = statement;
  const set = context.table.sets.get(statement.set);
  if (set === undefined) return notModelled(`the set ${statement.set}`);
  const value = evaluateExpression(statement.key, context, position);
  if (value.kind !== 'value') return value.kind === 'break' ? STOP : value;
  if (value.parts.includes(UNSEEN)) return notModelled(`what of the packet goes into the set ${set.name}`);
  const key = keyOf(value.parts);
  if (operation === 'delete') {
    context.noteSetChange(set, key, 'deleted');
    return GO_ON;
  }
  const found = lookUp({ kind: 'named', name: set.name }, value.parts, context);
  if (found.kind === 'not-modelled') return found;
  if (found.kind === 'absent' && set.sizeMax !== undefined && countElements(set, context) >= set.sizeMax) return STOP;
  if (found.kind === 'absent' || operation === 'update') {
    const lifeMs = timeoutMs ?? set.timeoutMs;
    context.noteSetChange(set, key, lifeMs === 0 ? 'for ever' : context.seen.now + lifeMs);
  }
  for (const [at, inner] of statements.entries()) {
    if (inner.kind === 'counter') continue;
    if (inner.kind !== 'limit') return notModelled(`${inner.kind} in an element of a set`);
    if (!evaluateLimit(inner, context, `${printNftPlace(context.place)} ${position}.${at} ${key}`)) return STOP;
  }
  return GO_ON;
};
