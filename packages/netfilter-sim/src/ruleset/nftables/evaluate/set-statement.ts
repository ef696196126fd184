import { notModelled } from '../../shared/not-modelled.ts';
import type { LimitStatement } from '../values/limit.ts';
import type { SetStatement } from '../values/statement.ts';
import type { NftContext } from './context.ts';
import { evaluateExpression } from './expression.ts';
import { countElements, holdsElement, lookUp } from './lookup.ts';
import { GO_ON, outcomeOf, STOP } from './outcome.ts';
import type { StatementOutcome } from './outcome.ts';
import { isUnknown, keyOf } from './value.ts';

/** net/netfilter/nft_dynset.c, 6.12: an element that is there is kept, and only `update` lets it live on. */
export const evaluateSetStatement = (
  statement: SetStatement,
  context: NftContext,
  position: string,
): StatementOutcome => {
  const { operation, timeoutMs, statements } = statement;
  const set = context.table.sets.get(statement.set);
  if (set === undefined) return notModelled(`the set ${statement.set}`);
  const value = evaluateExpression(statement.key, context, position);
  if (value.kind !== 'value') return value.kind === 'break' ? STOP : value;
  const unknownPart = value.parts.find(isUnknown);
  if (unknownPart !== undefined) return unknownPart;
  const key = keyOf(value.parts);
  if (operation === 'delete') {
    context.noteSetChange(set, key, { kind: 'deleted' });
    return GO_ON;
  }
  const unknown = statements.find(({ kind }) => kind !== 'counter' && kind !== 'limit');
  if (unknown !== undefined) return notModelled(`${unknown.kind} in an element of a set`);
  const named = { kind: 'named', name: set.name } as const;
  const known = lookUp(named, value.parts, context);
  if (known.kind === 'not-modelled') return known;
  if (known.kind === 'unknown') return notModelled(known.what);
  const { now } = context.seen;
  const before = context.setChanges(set)[key];
  const lifeMs = timeoutMs ?? set.timeoutMs;
  const ends = lifeMs === 0 ? {} : { endsAtMs: now + lifeMs };
  if (known.kind === 'absent') {
    if (set.sizeMax !== undefined && countElements(set, context) >= set.sizeMax) return STOP;
    const limit = statements.find((inner): inner is LimitStatement => inner.kind === 'limit');
    context.noteSetChange(set, key, {
      kind: 'there',
      sinceMs: now,
      ...ends,
      ...(limit === undefined ? {} : { limit }),
    });
  } else if (operation === 'update') {
    context.noteSetChange(set, key, {
      ...(before?.kind === 'there' ? before : { kind: 'there', sinceMs: 0 }),
      ...ends,
    });
  }
  // What the element itself says counts, and that is what it was made with.
  const found = lookUp(named, value.parts, context);
  return found.kind === 'found' ? outcomeOf(holdsElement(found, context)) : STOP;
};
