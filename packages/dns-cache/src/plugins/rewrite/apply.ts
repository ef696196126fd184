import { foldedText, foldName, nameText, readNameText } from '../../message/name.ts';
import type { Request } from '../../plugin/handler.ts';
import { applyOption } from './option.ts';
import { matches, rewriteName } from './rule/match.ts';
import { joinPieces } from './rule/pieces.ts';
import type { Change, InvalidName, Revert, Rule, TextRewrite } from './rule/rule.ts';

/** What rules made of a request, and what is to be undone in the answer: the last one first. */
interface Rewritten {
  readonly kind: 'rewritten';
  readonly request: Request;
  readonly reverts: readonly Revert[];
  /** Something would be undone in an answer, be it nothing. */
  readonly wantsAnswer?: boolean;
}

interface Applied extends Rewritten {
  /** Whether a rule was the last by its own word. */
  readonly stopped: boolean;
}

const withQuestion = (request: Request, question: Partial<Request['query']['question']>): Request => {
  const { query } = request;
  const changed = { ...query.question, ...question };
  return { ...request, query: { ...query, question: changed }, name: foldName(changed.name) };
};

const applyName = (change: Extract<Change, { kind: 'name' }>, request: Request): Rewritten | InvalidName | undefined => {
  const { match, pieces } = change;
  const from = foldedText(request.name);
  const to =
    pieces === undefined || match.kind !== 'regex' ? rewriteName(match, change.to, from) : joinPieces(pieces, match.pattern, from, request.labels);
  if (to === undefined) return undefined;
  const name = readNameText(to);
  if (name === undefined) return { kind: 'invalid-name', name: to };
  const back: TextRewrite = { kind: 'domain', from: nameText(name), to: nameText(request.query.question.name) };
  const automatic = change.auto ? [{ kind: 'name', rewrite: back } as const, { kind: 'value', rewrite: back } as const] : [];
  return { kind: 'rewritten', request: withQuestion(request, { name }), reverts: [...automatic, ...change.answers] };
};

/** `undefined` where the rule is not for this request. */
const applyChange = (change: Change, request: Request): Rewritten | InvalidName | undefined => {
  const { type, class: klass } = request.query.question;
  const name = foldedText(request.name);
  const rewritten = (changed: Request): Rewritten => ({ kind: 'rewritten', request: changed, reverts: [] });
  const reverted = (revert: Revert): Rewritten => ({ kind: 'rewritten', request, reverts: [revert] });
  switch (change.kind) {
    case 'type':
      return type === change.from ? rewritten(withQuestion(request, { type: change.to })) : undefined;
    case 'class':
      return klass === change.from ? rewritten(withQuestion(request, { class: change.to })) : undefined;
    case 'name':
      return applyName(change, request);
    case 'edns0': {
      const changed = applyOption(change.action, change.option, request);
      return changed && { ...rewritten(changed), wantsAnswer: change.hasRevert };
    }
    case 'ttl':
      return matches(change.match, name) ? reverted({ kind: 'ttl', least: change.least, most: change.most }) : undefined;
    case 'cname':
      return reverted(change);
    case 'rcode':
      return matches(change.match, name) ? reverted({ kind: 'rcode', from: change.from, to: change.to }) : undefined;
  }
};

/** Rules in their order, each on what the one before has made, until one does something and says stop. */
export const applyRules = (rules: readonly Rule[], original: Request): Applied | InvalidName => {
  let request = original;
  const reverts: Revert[] = [];
  let wantsAnswer = false;
  for (const { mode, change } of rules) {
    const outcome = applyChange(change, request);
    if (outcome === undefined) continue;
    if (outcome.kind === 'invalid-name') return outcome;
    request = outcome.request;
    reverts.push(...outcome.reverts);
    wantsAnswer ||= outcome.reverts.length > 0 || outcome.wantsAnswer === true;
    if (mode === 'stop') return { kind: 'rewritten', request, reverts, wantsAnswer, stopped: true };
  }
  return { kind: 'rewritten', request, reverts, wantsAnswer, stopped: false };
};
