import { familyOf } from '@nodelocal/netfilter-sim';
import type { Family } from '@nodelocal/netfilter-sim';
import type { Exchange } from '../../preflight/way/exchange.ts';
import type { IptablesRule, RulePlace, Way } from '../../preflight/way/passage.ts';
import { senderOf } from '../../preflight/way/question.ts';
import { onNode, onTop, ruleCommand } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import { isMissing } from '../scene/family-rules.ts';
import { harmOf } from '../scene/harm.ts';
import type { Harm } from '../scene/harm.ts';
import type { Scene } from '../scene/scene.ts';
import { letPass } from '../scene/let-pass.ts';
import { isRefused } from './upstream.ts';

/** A rule or policy of others decides otherwise than node-cache's rules would. */
export interface Blocked {
  /** `decides-before`: it stands above node-cache's rules of its chain; `drops`: no such rule speaks of the packet. */
  readonly kind: 'decides-before' | 'drops';
  readonly rule: RulePlace;
  readonly verdict: 'accepts' | 'drops';
  /** What fares otherwise by it. */
  readonly exchanges: readonly Exchange[];
  readonly harm: Harm;
  readonly mend: readonly Command[];
}

type Decision = Pick<Blocked, 'rule' | 'verdict'> & { readonly exchange: Exchange };

export const findBlocked = (scene: Scene): readonly Blocked[] => {
  const groups = new Map<string, readonly Decision[]>();
  for (const one of scene.asked.flatMap(decisionsOn)) {
    const key = `${familyOf(one.exchange.question.address)} ${one.rule.place} ${one.verdict}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => group.slice(0, 1).map(({ rule, verdict }) => blocked(scene, { rule, verdict }, group.map(({ exchange }) => exchange))));
};

/** In raw a packet that is accepted misses NOTRACK below; elsewhere it comes through, as it should. */
const decisionsOn = (exchange: Exchange): readonly Decision[] => {
  const { result } = exchange;
  if (isRefused(exchange)) return [];
  const dropped = result.kind === 'lost' && result.way.droppedBy !== undefined ? [{ rule: result.way.droppedBy, verdict: 'drops' as const, exchange }] : [];
  const accepted = exchange.question.asker.kind === 'cache' ? [] : exchange.legs.flatMap(({ passage }) => passage.ways.flatMap(acceptedInRaw)).map((rule) => ({ rule, verdict: 'accepts' as const, exchange }));
  return [...dropped, ...accepted.slice(0, 1)];
};

const acceptedInRaw = ({ events }: Way): readonly RulePlace[] =>
  events.some(({ kind }) => kind === 'untracked')
    ? []
    : events.flatMap((event) => (event.kind === 'accepted' && event.rule.isAboveNew && event.rule.iptables?.table === 'raw' ? [event.rule] : []));

const blocked = (scene: Scene, { rule, verdict }: Pick<Blocked, 'rule' | 'verdict'>, exchanges: readonly Exchange[]): Blocked => ({
  kind: rule.isAboveNew ? 'decides-before' : 'drops',
  rule,
  verdict,
  exchanges,
  harm: exchanges.map(harmOf).includes('unanswered') ? 'unanswered' : 'bypassed',
  mend: mendOf(scene, rule, verdict, exchanges),
});

const mendOf = (scene: Scene, { iptables: at, nft, isAboveNew, text }: RulePlace, verdict: Blocked['verdict'], exchanges: readonly Exchange[]): readonly Command[] => {
  if (at === undefined) return nft === undefined || verdict !== 'drops' ? [] : letPass(nft, exchanges);
  const found = scene.rules.find(({ family }) => family === at.family);
  const place = found?.chains?.find(({ table, chain }) => table === at.table && chain === at.hook);
  const program = at.backEnd === undefined ? (found?.program ?? NAMES[at.family]) : `${NAMES[at.family]}-${at.backEnd}`;
  // Of the other back end nothing that stands here comes before.
  if (place === undefined || at.backEnd !== undefined || (at.table === 'raw' && verdict === 'drops')) return [away(program, at, text)];
  const toTop = isAboveNew ? onTop(program, place) : [];
  const isOfNode = exchanges.some(({ question }) => question.asker.kind === 'node-process' || question.asker.kind === 'health-probe');
  const ofNode = isOfNode && verdict === 'drops' ? place.ofNode.filter(isMissing).map((rule) => ruleCommand(program, '-I', rule)) : [];
  const ofCache = [...new Set(exchanges.flatMap(specsForCache))].map((spec) => ruleCommand(program, '-I', { table: place.table, chain: place.chain, spec }));
  return [...toTop, ...ofNode, ...ofCache];
};

/** What the cache asks its upstream is tracked, so that the state tells an answer. */
const specsForCache = ({ question: { asker, protocol }, result }: Exchange): readonly string[] => {
  if (asker.kind !== 'cache' || result.kind !== 'lost') return [];
  if (senderOf(result.leg) === 'server') return ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'];
  // Where filter sees it, it is translated already.
  return result.way.to.map((to) => `-p ${protocol} -m ${protocol} --dport ${to.slice(to.lastIndexOf(':') + 1)} -j ACCEPT`);
};

const NAMES: Readonly<Record<Family, string>> = { ipv4: 'iptables', ipv6: 'ip6tables' };

/** NOTRACK is not a verdict: no rule of node-cache's lets a packet past a DROP in raw, mangle or nat. */
const away = (program: string, { table, chain, isPolicy }: IptablesRule, text: string): Command =>
  isPolicy
    ? onNode(`${program} -w -t ${table} -P ${chain} ACCEPT`)
    : ruleCommand(program, '-D', { table, chain, spec: text.replace(/^-A \S+ /, '') });
