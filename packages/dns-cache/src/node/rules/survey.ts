import { plainAddress } from '../../address.ts';
import { endsChain, firewallRules } from './firewall.ts';
import { comparable, readOurs } from './ours.ts';
import { hasPossiblePort, nodeCacheRules } from './rule.ts';
import type { Rule, RuleSettings } from './rule.ts';
import type { SavedChain } from './saved.ts';
import { ruleSpec } from './text.ts';

/** Rules by our comments that nobody wants here, at an address or a port that may be another agent's. */
export interface Leftover {
  readonly address: string;
  readonly port: number | undefined;
  readonly spec: string;
}

/** One chain: what of ours should be there, and what is. */
export interface SurveyedChain {
  readonly place: SavedChain;
  /** In the order in which they are to be put in, each before the last. */
  readonly wanted: readonly Rule[];
  /** As they stand, from the top, twice where they are there twice. */
  readonly present: readonly { readonly spec: string; readonly rule: Rule }[];
  /** Ours by comment, address and port, and yet not as wanted: in another spelling, or of no use any more. */
  readonly reworded: readonly string[];
  readonly leftovers: readonly Leftover[];
  /** Foreign rules above the lowest of ours, from the top. */
  readonly above: readonly string[];
  /** A foreign rule above some of ours lets no packet past. */
  readonly isCutOff: boolean;
}

const isOwn = ({ addresses, dnsPort, healthPort }: RuleSettings, { address, port }: Omit<Leftover, 'spec'>): boolean =>
  addresses.some((own) => plainAddress(own) === address) && (port === dnsPort || port === healthPort);

/** All rules that are wanted, in the order in which they are put in: those that node-cache does not have come first, so that they stand lowest. */
export const wantedRules = (settings: RuleSettings, saved: readonly SavedChain[]): readonly Rule[] =>
  [...firewallRules(settings, saved), ...nodeCacheRules(settings)].filter(hasPossiblePort);

/** @param wanted of all chains */
export const survey = (settings: RuleSettings, wanted: readonly Rule[], saved: readonly SavedChain[]): readonly SurveyedChain[] =>
  saved.map((place) => {
    const here = wanted.filter(({ table, chain }) => table === place.table && chain === place.chain);
    const bySpec = new Map(here.map((rule) => [comparable(ruleSpec(rule)), rule]));
    const rules = place.specs.map((spec) => ({ spec, rule: bySpec.get(comparable(spec)), ours: readOurs(spec) }));
    const present = rules.flatMap(({ spec, rule }) => (rule === undefined ? [] : [{ spec, rule }]));
    const others = rules.flatMap(({ spec, rule, ours }) => (rule !== undefined || ours === undefined ? [] : [{ spec, ...ours }]));
    const above = rules.slice(0, rules.findLastIndex(({ rule }) => rule !== undefined) + 1).filter(({ ours }) => ours === undefined);
    return {
      place,
      wanted: here,
      present,
      reworded: others.filter((other) => isOwn(settings, other)).map(({ spec }) => spec),
      leftovers: others.filter((other) => !isOwn(settings, other)).map(({ address, port, spec }) => ({ address, port, spec })),
      above: above.map(({ spec }) => spec),
      isCutOff: above.some(({ spec }) => endsChain(spec)),
    };
  });
