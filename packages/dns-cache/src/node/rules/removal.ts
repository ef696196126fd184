import { isDiverting } from './rule.ts';
import type { RuleSettings } from './rule.ts';
import type { SavedChain } from './saved.ts';
import { readOurs } from './ours.ts';
import type { InUse } from './mending.ts';
import { survey, wantedRules } from './survey.ts';
import type { SurveyedChain } from './survey.ts';
import { OUT_ORDER, restoreText } from './transaction.ts';
import type { Change } from './transaction.ts';

/**
 * `diverting`: only what leads queries here, so that those that come from now on go to kube-dns by kube-proxy's DNAT, while
 * answers under way still go out untracked. `all`: whatever is ours, duplicates and other spellings too.
 */
export type RemovalPhase = 'diverting' | 'all';

export type RemovalPlan =
  { readonly kind: 'nothing' } | { readonly kind: 'remove'; readonly changes: readonly Change[]; /** For `iptables-restore --noflush`. */ readonly text: string };

const divertsQueries = (table: Change['table'], spec: string, dnsPort: number): boolean => {
  const ours = readOurs(spec);
  return ours !== undefined && ours.port === dnsPort && isDiverting({ table, end: ours.end });
};

const gone = ({ place, present, reworded, leftovers }: SurveyedChain, dnsPort: number, phase: RemovalPhase, inUse: InUse): readonly Change[] => {
  const own = [...present.map(({ spec }) => spec), ...reworded];
  const specs =
    phase === 'all'
      ? [...own, ...leftovers.filter((leftover) => !inUse(leftover)).map(({ spec }) => spec)]
      : own.filter((spec) => divertsQueries(place.table, spec, dnsPort));
  return specs.map((spec) => ({ table: place.table, chain: place.chain, flag: '-D', spec }));
};

/** @param settings with the addresses of one family */
export const planRemoval = (settings: RuleSettings, saved: readonly SavedChain[], phase: RemovalPhase, inUse: InUse): RemovalPlan => {
  const surveyed = survey(settings, wantedRules(settings, saved), saved);
  const changes = OUT_ORDER.flatMap((table) =>
    surveyed.filter(({ place }) => place.table === table).flatMap((chain) => gone(chain, settings.dnsPort, phase, inUse)),
  );
  return changes.length === 0 ? { kind: 'nothing' } : { kind: 'remove', changes, text: restoreText(changes, OUT_ORDER) };
};
