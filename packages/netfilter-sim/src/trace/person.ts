import { printTuple } from '../conntrack/list.ts';
import { printPacket } from '../packet/print.ts';
import { printHandle } from '../ruleset/nftables/values/place.ts';
import { printTableName } from '../ruleset/shared/hooks.ts';
import { PLAIN } from './paint.ts';
import type { Paint } from './paint.ts';
import { dispositionSentence, skipSentence } from './sentence.ts';
import type { FieldChange, NftRuleStep, RouteStep, RuleStep, TraceStep, TrackStep } from './step.ts';

/** One line of the table that a person reads: where, what, and what happened. */
export interface TraceLine {
  readonly hook: string;
  /** The table, or what else runs at the hook; empty where that is said by the hook. */
  readonly stage: string;
  /** What happened, with its colours. */
  readonly text: string;
}

/** A packet's way for a person: a line for each thing that happened, the hook named once. Without `paint` it has no colours. */
export const describeTrace = (trace: readonly TraceStep[], paint: Paint = PLAIN): readonly string[] => {
  let hook = '';
  let stage = '';
  return trace.flatMap((step) => describeStep(step, paint)).map((line) => {
    const named = line.hook === hook ? '' : line.hook;
    const staged = line.hook === hook && line.stage === stage ? '' : line.stage;
    ({ hook, stage } = line);
    return `${paint.strong(named.padEnd(12))}${paint.note(`${staged.padEnd(10)} `)}${line.text}`;
  });
};

/** What one step says, where it says anything. Without `paint` it has no colours. */
export const describeStep = (step: TraceStep, paint: Paint = PLAIN): readonly TraceLine[] => {
  switch (step.kind) {
    case 'arrived':
      return [{ hook: 'in', stage: '', text: `${printPacket(step.packet)}, by ${step.device}` }];
    case 'generated':
      return [{ hook: 'out', stage: '', text: `${printPacket(step.packet)}, from this node` }];
    case 'copied':
      return [{ hook: 'copy', stage: '', text: `${printPacket(step.packet)}, for this node itself, by ${step.device}` }];
    case 'rule':
      return [{ hook: step.hook, stage: printTableName(step.table, step.backEnd), text: ruleText(step, paint) }];
    case 'nft-rule':
      return [{ hook: step.hook, stage: 'nftables', text: nftRuleText(step, paint) }];
    case 'skipped':
      return [{ hook: step.hook, stage: step.what, text: paint.faint(skipSentence(step.what, step.reason)) }];
    case 'untracked':
      return [{ hook: step.hook, stage: 'conntrack', text: paint.faint('such messages are never tracked') }];
    case 'tracked':
      return [{ hook: step.hook, stage: 'conntrack', text: trackText(step, paint) }];
    case 'translated':
      return [{ hook: step.hook, stage: 'nat', text: paint.good(changesText(step.changes, step.drawn)) }];
    case 'routed':
      return [{ hook: 'routing', stage: '', text: routeText(step) }];
    case 'entered-by-port':
      return [{ hook: 'in', stage: '', text: `${step.port} is a port of ${step.device}: it comes in by ${step.device}` }];
    case 'switched':
      return [
        {
          hook: 'bridge',
          stage: '',
          text: `${step.device} switches it to another port, ${step.hooks ? 'and br_netfilter shows it to the hooks' : 'past every hook'}`,
        },
      ];
    case 'ttl-decremented':
      return [];
    case 'confirmed':
      return [{ hook: step.hook, stage: 'confirm', text: CONFIRM_TEXTS[step.outcome] }];
    case 'looped-back':
      return [{ hook: 'lo', stage: '', text: 'comes in again by the loopback device' }];
    case 'held':
      return [{ hook: '=', stage: '', text: `held in queue ${step.queue}` }];
    case 'answered':
      return [{ hook: 'answer', stage: '', text: printPacket(step.with) }];
    case 'ended': {
      const lost = step.disposition.kind === 'dropped' || step.disposition.kind === 'not-modelled';
      const text = dispositionSentence(step.disposition);
      return [{ hook: '=', stage: '', text: lost ? paint.bad(text) : paint.good(text) }];
    }
  }
};

const ruleText = ({ hook, chain, number, text, effect }: RuleStep, paint: Paint): string => {
  const rule = text.startsWith('-A ') ? text.slice(`-A ${chain} `.length) : text;
  if (text.startsWith('policy')) return effect.kind === 'drop' ? paint.bad(rule) : paint.faint(rule);
  const place = chain === hook ? `rule ${number}` : `${chain} rule ${number}`;
  if (text === 'end of chain') return paint.faint(`${chain} ends, back to its caller`);
  return `${place}: ${effect.kind === 'drop' || effect.kind === 'reject' || effect.kind === 'answer-open' ? paint.bad(rule) : rule}`;
};

/** A verdict map does not say which of its verdicts it was. */
const nftRuleText = ({ family, table, chain, handle, text, effect }: NftRuleStep, paint: Paint): string => {
  const where = `${family} ${table} ${chain}`;
  const lost = effect.kind === 'drop' || effect.kind === 'reject';
  if (handle === 0) return lost ? paint.bad(`${where} ${text}`) : paint.faint(`${where} ${text}`);
  const led = 'chain' in effect && !text.endsWith(effect.chain) ? ` (${effect.kind} ${effect.chain})` : '';
  return `${where} ${printHandle(handle)}: ${lost ? paint.bad(text) : text}${led}`;
};

const trackText = ({ outcome }: TrackStep, paint: Paint): string => {
  if (outcome.kind === 'invalid') return paint.bad(`INVALID: ${outcome.reason}`);
  const state = outcome.info.toUpperCase();
  if (outcome.opened) return `${state}: a connection not seen before`;
  return `${state}, ${outcome.direction} direction of ${printTuple(outcome.original)}`;
};

const changesText = (changes: readonly FieldChange[], drawn: boolean): string =>
  changes.map(({ field, from, to }) => `${field} ${from} becomes ${to}`).join(', ') + (drawn ? ' (port drawn by chance)' : '');

const routeText = ({ outcome }: RouteStep): string => {
  if (outcome.kind === 'refused') return `no way to ${outcome.destination}: ${outcome.reason}`;
  const { type, destination, device, boundTo, gateway } = outcome;
  if (type === 'local') return `${destination} is an address of this node (on ${boundTo})`;
  if (device === 'lo') return `${destination} is a ${type} address, for this node too`;
  return `${destination} by ${device}${gateway === undefined ? '' : ` via ${gateway}`}`;
};

const CONFIRM_TEXTS = {
  confirmed: 'the connection enters the conntrack table',
  merged: 'another packet of the flow was faster; this one joins its entry',
  'kept-for-replies': 'another packet of the flow was faster; kept for a second, for replies only',
  lost: 'another packet of the flow was faster; this one is lost',
} as const;
