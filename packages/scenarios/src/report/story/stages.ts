import type { RuleEffect, TraceStep, TranslateStep } from '@nodelocal/netfilter-sim';
import { HOOK_NAMES } from './way.ts';
import type { HookName } from './way.ts';

/** Where in the picture a step stands; `undefined`: at no hook. */
export const stageOf = (step: TraceStep): { readonly hook: HookName; readonly stage: string } | undefined => {
  switch (step.kind) {
    case 'rule':
      return { hook: step.hook, stage: step.backEnd === undefined ? step.table : `${step.table} (${step.backEnd})` };
    case 'nft-rule':
      return { hook: step.hook, stage: `${step.family} ${step.table} ${step.base}` };
    case 'skipped':
      return { hook: step.hook, stage: step.what };
    case 'tracked':
    case 'untracked':
      return { hook: step.hook, stage: 'conntrack' };
    case 'translated':
      return { hook: step.hook, stage: 'nat' };
    case 'confirmed':
      return { hook: step.hook, stage: 'confirm' };
    case 'arrived':
    case 'generated':
    case 'copied':
    case 'routed':
    case 'entered-by-port':
    case 'switched':
    case 'ttl-decremented':
    case 'looped-back':
    case 'held':
    case 'answered':
    case 'ended':
      return undefined;
  }
};

/** Whether the way would have been another without this step. */
export const decides = (step: TraceStep): boolean => {
  switch (step.kind) {
    case 'rule':
    case 'nft-rule':
      return effectDecides(step.effect, isPolicy(step));
    case 'tracked':
      return step.outcome.kind === 'invalid' || step.outcome.opened;
    case 'translated':
      return step.changes.length > 0;
    case 'confirmed':
      return step.outcome !== 'confirmed';
    case 'held':
    case 'routed':
      return true;
    case 'skipped':
    case 'untracked':
    case 'arrived':
    case 'generated':
    case 'copied':
    case 'entered-by-port':
    case 'switched':
    case 'ttl-decremented':
    case 'looped-back':
    case 'answered':
      return false;
    // Also what no rule decided: rp_filter, a missing route, something that the model lacks.
    case 'ended':
      return step.disposition.kind === 'dropped' || step.disposition.kind === 'not-modelled';
  }
};

type RuleLike = Extract<TraceStep, { readonly kind: 'rule' | 'nft-rule' }>;

const isPolicy = (step: RuleLike): boolean => (step.kind === 'rule' ? step.place === 'policy' : step.handle === 0);

const effectDecides = (effect: RuleEffect, policy: boolean): boolean => {
  switch (effect.kind) {
    case 'continue':
      return effect.changes.length > 0;
    case 'jump':
    case 'goto':
    case 'return':
      return false;
    case 'accept':
      return !policy;
    case 'drop':
    case 'reject':
    case 'answer-open':
    case 'queue':
    case 'translate':
    case 'not-modelled':
      return true;
  }
};

/** A word or two; empty where the picture need not say anything. */
export const verdictOf = (step: TraceStep): string => {
  switch (step.kind) {
    case 'rule':
    case 'nft-rule':
      return effectVerdict(step.effect, isPolicy(step));
    case 'skipped':
      return 'skipped';
    case 'untracked':
      return 'never tracked';
    case 'tracked':
      return step.outcome.kind === 'invalid' ? 'INVALID' : step.outcome.info.toUpperCase();
    case 'translated':
      return translationVerdict(step);
    case 'confirmed':
      return CONFIRMED[step.outcome];
    case 'arrived':
    case 'generated':
    case 'copied':
    case 'routed':
    case 'entered-by-port':
    case 'switched':
    case 'ttl-decremented':
    case 'looped-back':
    case 'held':
    case 'answered':
    case 'ended':
      return '';
  }
};

const CONFIRMED = { confirmed: 'entry made', merged: 'joins entry', 'kept-for-replies': 'for replies', lost: 'LOST' } as const;

const effectVerdict = (effect: RuleEffect, policy: boolean): string => {
  switch (effect.kind) {
    case 'continue':
      return effect.changes.map(({ kind }) => CHANGES[kind] ?? kind).join(', ');
    case 'jump':
    case 'goto':
    case 'return':
      return '';
    case 'accept':
      return policy ? 'policy ACCEPT' : 'ACCEPT';
    case 'drop':
      return policy ? 'policy DROP' : 'DROP';
    case 'reject':
      return 'REJECT';
    case 'answer-open':
      return 'SYNPROXY';
    case 'queue':
      return `queue ${effect.queue}`;
    case 'translate':
      return 'translate';
    case 'not-modelled':
      return 'not modelled';
  }
};

/** What a change is in the words of rules, where these are shorter. */
const CHANGES: Readonly<Record<string, string>> = { untrack: 'NOTRACK', 'set-mark': 'MARK', 'set-conntrack-mark': 'CONNMARK', 'set-ttl': 'TTL', 'set-tos': 'TOS' };

const translationVerdict = ({ changes, manip }: TranslateStep): string => {
  const end = manip === 'destination' ? ['dst', 'dport'] : ['src', 'sport'];
  const changed = changes.filter(({ field }) => end.includes(field)).map(({ to }) => to);
  if (changed.length === 0) return changes.length === 0 ? 'unchanged' : 'translated';
  return `${manip === 'destination' ? '→' : 'from'} ${changed.join(':')}`;
};

/** Where a packet stood when it met what the model lacks, and what that is: there is no step of it, only the end. */
export const lackingAt = (trace: readonly TraceStep[]): { readonly hook: HookName; readonly stage: string; readonly lines: readonly string[] } | undefined => {
  const last = trace.at(-1);
  if (last?.kind !== 'ended' || last.disposition.kind !== 'not-modelled' || last.disposition.rule === undefined) return undefined;
  const { what, rule } = last.disposition;
  const [stage = '', chain = ''] = rule.place.split(' ');
  const hook = HOOK_NAMES.find((name) => name === chain) ?? trace.map(stageOf).findLast((place) => place !== undefined)?.hook;
  return hook === undefined ? undefined : { hook, stage, lines: [`not modelled: ${what}`, `${rule.place}: ${rule.text}`] };
};
