import { checkText } from '../../range.ts';
import { dropsTheRest } from './firewall.ts';
import { comparable } from './ours.ts';
import { hasPossiblePort, nodeCacheRules, nodeTrafficRules } from './rule.ts';
import type { Rule, RuleSettings } from './rule.ts';
import { readSaved } from './saved.ts';
import type { SavedChain } from './saved.ts';
import { ruleSpec } from './text.ts';

/** A rule of node-cache's, and how often it is there. */
export interface InspectedRule {
  readonly table: 'raw' | 'filter';
  readonly chain: 'PREROUTING' | 'INPUT' | 'OUTPUT';
  readonly protocol: 'tcp' | 'udp';
  /** Which end of the packet has the address and the port. */
  readonly end: 'source' | 'destination';
  readonly address: string;
  /** 1 to 65535. */
  readonly port: number;
  /** What follows `-A CHAIN ` in the text of `iptables-save`, as the rule is put in. */
  readonly spec: string;
  /** Each time that it is there, as it is spelled there, with any comment; none: it is missing. */
  readonly copies: readonly string[];
}

/** A chain that rules of node-cache's stand in. */
export interface InspectedChain {
  readonly table: 'raw' | 'filter';
  readonly chain: 'PREROUTING' | 'INPUT' | 'OUTPUT';
  /** What no rule lets through is dropped: by the policy, or by a rule for all the rest. */
  readonly dropsTheRest: boolean;
  /** node-cache's, in the order in which it puts them in, each on top. */
  readonly rules: readonly InspectedRule[];
  /** Those that node-cache lacks where the chain drops what the node's own processes and the kubelet send and get. */
  readonly ofNode: readonly InspectedRule[];
}

/**
 * Which of node-cache's rules a node has, of those for these addresses, and which of them twice.
 * @param settings with the addresses of one family
 * @param saved what `iptables-save` prints, all tables or those of raw and filter
 * @throws TypeError where that is no text
 */
export const inspectNodeCacheRules = (settings: RuleSettings, saved: string): readonly InspectedChain[] => {
  checkText('saved', saved);
  return readSaved({ raw: saved, filter: saved }).map((place) => {
    const { table, chain } = place;
    const here = (rules: readonly Rule[]): readonly InspectedRule[] =>
      rules.filter((rule) => rule.table === table && rule.chain === chain && hasPossiblePort(rule)).map((rule) => inspected(rule, place));
    const ofNode = table === 'filter' && chain !== 'PREROUTING' ? here(nodeTrafficRules(settings, chain)) : [];
    return { table, chain, dropsTheRest: dropsTheRest(place), rules: here(nodeCacheRules(settings)), ofNode };
  });
};

const inspected = (rule: Rule, { specs }: SavedChain): InspectedRule => {
  const { table, chain, protocol, end, address, port } = rule;
  const spec = ruleSpec(rule);
  return { table, chain, protocol, end, address, port, spec, copies: specs.filter((found) => uncommented(found) === uncommented(spec)) };
};

/** A rule that says the same lets the same packets through, whoever put it there and whatever the comment. */
const uncommented = (spec: string): string => comparable(spec).replace(/(?:^| )-m comment --comment (?:"(?:[^"\\]|\\.)*"|\S+)/, '');
