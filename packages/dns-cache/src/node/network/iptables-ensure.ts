import { leftoversIn, planMending } from '../rules/mending.ts';
import type { Mend, RulesPlan } from '../rules/mending.ts';
import { hasPossiblePort, nodeCacheRules } from '../rules/rule.ts';
import type { SavedChain } from '../rules/saved.ts';
import { ruleName } from '../rules/text.ts';
import { reportFailure } from './failed-rules.ts';
import type { FamilyRules } from './iptables-family.ts';
import { MOST_TRIES } from './iptables-family.ts';
import { readRules, writeRules } from './iptables-commands.ts';
import type { RulesOutcome } from './outcome.ts';
import { countMended } from './report.ts';
import type { Report } from './report.ts';
import { servedAmong } from './served.ts';

const BEFORE = 'Error checking/adding iptables rule';

export const planFor = async ({ settings, readText }: FamilyRules, saved: readonly SavedChain[]): Promise<RulesPlan> => {
  const served = await servedAmong(readText, leftoversIn(settings, saved));
  return planMending(settings, saved, ({ address }) => served.has(address));
};

const reportMended = (report: Report, { missing, duplicates, stale, misordered }: Mend, isFirst: boolean): RulesOutcome => {
  const added = missing.map(ruleName);
  for (const name of added) report.log(`[INFO] Added back nodelocaldns rule - ${name}`);
  for (const rule of duplicates) report.log(`[INFO] Removed duplicate nodelocaldns rule - {${rule}}`);
  for (const rule of stale) report.log(`[INFO] Removed stale nodelocaldns rule - {${rule}}`);
  for (const chain of misordered) report.log(`[INFO] Put nodelocaldns rules back in order - ${chain}`);
  if (!isFirst) countMended(report, 'rule', added.length);
  countMended(report, 'duplicate', duplicates.length);
  countMended(report, 'stale', stale.length);
  countMended(report, 'order', misordered.length);
  return { kind: 'mended', added, duplicates, stale, misordered };
};

/** Ports that iptables would refuse: node-cache tries them at each tick, and so they are told at each. */
const reportImpossible = ({ settings, report: { log, count } }: FamilyRules): void => {
  const refused = nodeCacheRules(settings).filter((rule) => !hasPossiblePort(rule));
  for (const rule of refused) log(`[ERROR] ${BEFORE} ${ruleName(rule)}, error - error checking rule: exit status 2: invalid port/service \`${rule.port}' specified`);
  if (refused.length > 0) count({ kind: 'setup-error', errortype: 'iptables', times: refused.length });
};

/** @param isFirst nothing of ours was there before, so that what is missing was not lost */
export const ensureFamilyRules = async (family: FamilyRules, isFirst: boolean): Promise<RulesOutcome> => {
  const { settings, tools, run, report } = family;
  reportImpossible(family);
  const all = nodeCacheRules(settings).map(ruleName);
  let before = '';
  for (let attempt = 1; ; attempt += 1) {
    const read = await readRules(run, tools, settings);
    if (read.kind === 'unread') return { kind: 'failed', errors: [reportFailure(report, BEFORE, all, 'checking', read.failure)] };
    const plan = await planFor(family, read.saved);
    if (plan.kind === 'as-wanted') return plan;
    const written = await writeRules(run, tools, plan.text);
    if (written.kind === 'done') return reportMended(report, plan, isFirst);
    const isHopeless = attempt === MOST_TRIES || (written.kind === 'failed' && plan.text === before);
    const isWorthTrying = (written.kind === 'failed' || written.kind === 'lock-held') && !isHopeless;
    if (written.kind === 'lock-held' || !isWorthTrying) {
      const names = plan.missing.length > 0 ? plan.missing.map(ruleName) : all.slice(0, 1);
      const error = reportFailure(report, BEFORE, names, 'appending', written);
      if (!isWorthTrying) return { kind: 'failed', errors: [error] };
    }
    before = plan.text;
  }
};
