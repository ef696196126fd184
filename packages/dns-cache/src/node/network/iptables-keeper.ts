import type { IptablesBackend } from '../backend.ts';
import { FAMILIES, familyOf } from '../family.ts';
import { planMending } from '../rules/mending.ts';
import type { RemovalPhase } from '../rules/removal.ts';
import { readSaved } from '../rules/saved.ts';
import { writingCommand, readRules } from './iptables-commands.ts';
import { ensureFamilyRules, planFor } from './iptables-ensure.ts';
import type { FamilyRules } from './iptables-family.ts';
import { removeFamilyRules } from './iptables-remove.ts';
import type { RulesKeeper } from './keeper.ts';
import type { RulesGone, RulesOutcome, Transaction } from './outcome.ts';

export type KeeperNeeds = Omit<FamilyRules, 'tools'>;

/** The families that have addresses: programs of the other are not asked, and need not be there. */
export const familiesOf = ({ settings, ...rest }: KeeperNeeds, { tools }: IptablesBackend): readonly FamilyRules[] =>
  FAMILIES.flatMap((family) => {
    const addresses = settings.addresses.filter((address) => familyOf(address) === family);
    return addresses.length === 0 ? [] : [{ ...rest, settings: { ...settings, addresses }, tools: tools[family] }];
  });

/** All families are tried, whatever becomes of one. */
export const removeAll = async (families: readonly FamilyRules[], phase: RemovalPhase): Promise<RulesGone> => {
  const errors: string[] = [];
  let removed = 0;
  for (const family of families) {
    const gone = await removeFamilyRules(family, phase);
    if (gone.kind === 'gone') removed += gone.removed;
    else errors.push(...gone.errors);
  }
  return errors.length === 0 ? { kind: 'gone', removed } : { kind: 'failed', errors };
};

const joined = (outcomes: readonly RulesOutcome[]): RulesOutcome => {
  const errors = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? outcome.errors : []));
  if (errors.length > 0) return { kind: 'failed', errors };
  const mended = outcomes.filter((outcome) => outcome.kind === 'mended');
  if (mended.length === 0) return { kind: 'as-wanted', above: outcomes.flatMap((outcome) => (outcome.kind === 'as-wanted' ? outcome.above : [])) };
  return {
    kind: 'mended',
    added: mended.flatMap(({ added }) => added),
    duplicates: mended.flatMap(({ duplicates }) => duplicates),
    stale: mended.flatMap(({ stale }) => stale),
    misordered: mended.flatMap(({ misordered }) => misordered),
  };
};

const describeFamily = async (family: FamilyRules): Promise<readonly Transaction[]> => {
  const read = await readRules(family.run, family.tools, family.settings);
  const plan =
    read.kind === 'read' ? await planFor(family, read.saved) : planMending(family.settings, readSaved({ raw: '', filter: '' }), () => true);
  return plan.kind === 'as-wanted' ? [] : [{ command: writingCommand(family.tools), text: plan.text }];
};

export const createIptablesKeeper = (needs: KeeperNeeds, backend: IptablesBackend): RulesKeeper => {
  const families = familiesOf(needs, backend);
  /** Families whose rules were all there; what is missing of them after that was lost, unless we took it away ourselves. */
  const installed = new Set<FamilyRules>();

  const ensure = async (): Promise<RulesOutcome> => {
    const outcomes: RulesOutcome[] = [];
    for (const family of families) {
      const outcome = await ensureFamilyRules(family, !installed.has(family));
      if (outcome.kind !== 'failed') installed.add(family);
      outcomes.push(outcome);
    }
    return joined(outcomes);
  };

  const takeAway = (phase: RemovalPhase): Promise<RulesGone> => {
    installed.clear();
    return removeAll(families, phase);
  };

  return {
    ensure,
    refresh: () => Promise.resolve({ kind: 'as-wanted', above: [] }),
    stopDiverting: () => takeAway('diverting'),
    remove: () => takeAway('all'),
    async describe() {
      const transactions: Transaction[] = [];
      for (const family of families) transactions.push(...(await describeFamily(family)));
      return transactions;
    },
  };
};
