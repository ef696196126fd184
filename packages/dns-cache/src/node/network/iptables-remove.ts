import { leftoversIn } from '../rules/mending.ts';
import { planRemoval } from '../rules/removal.ts';
import type { RemovalPhase } from '../rules/removal.ts';
import { nodeCacheRules } from '../rules/rule.ts';
import { ruleName } from '../rules/text.ts';
import { reportFailure } from './failed-rules.ts';
import type { FamilyRules } from './iptables-family.ts';
import { MOST_TRIES } from './iptables-family.ts';
import { readRules, writeRules } from './iptables-commands.ts';
import type { RulesGone } from './outcome.ts';
import { servedAmong } from './served.ts';

const BEFORE = 'Failed deleting iptables rule';

/** Reads again after each transaction: that no rule is left is known only by looking, and the link goes by it. */
export const removeFamilyRules = async (family: FamilyRules, phase: RemovalPhase): Promise<RulesGone> => {
  const { settings, tools, run, readText, report } = family;
  let removed = 0;
  for (let attempt = 1; ; attempt += 1) {
    const read = await readRules(run, tools, settings);
    if (read.kind === 'unread') {
      // Without the program no rule of ours was ever put in from here.
      if (read.failure.kind === 'missing') return { kind: 'gone', removed };
      const all = nodeCacheRules(settings).map(ruleName);
      return { kind: 'failed', errors: [reportFailure(report, 'Failed checking iptables rule after deletion, rule -', all, 'checking', read.failure)] };
    }
    const { saved } = read;
    const served = await servedAmong(readText, phase === 'all' ? leftoversIn(settings, saved) : []);
    const plan = planRemoval(settings, saved, phase, ({ address }) => served.has(address));
    if (plan.kind === 'nothing') return { kind: 'gone', removed };
    const names = plan.changes.map(({ table, chain, spec }) => `{${table} ${chain} [${spec}]}`);
    if (attempt > MOST_TRIES) {
      for (const name of names) report.log(`[ERROR] ${BEFORE} ${name}, error - it comes back: another agent puts it in`);
      return { kind: 'failed', errors: [`rules come back: ${names.length}`] };
    }
    const written = await writeRules(run, tools, plan.text);
    switch (written.kind) {
      case 'done':
        removed += plan.changes.length;
        break;
      case 'failed':
        if (attempt < MOST_TRIES) break;
        return { kind: 'failed', errors: [reportFailure(report, BEFORE, names, 'deleting', written)] };
      case 'lock-held': {
        const error = reportFailure(report, BEFORE, names, 'deleting', written);
        if (attempt < MOST_TRIES) break;
        return { kind: 'failed', errors: [error] };
      }
      case 'missing':
      case 'timed-out':
        return { kind: 'failed', errors: [reportFailure(report, BEFORE, names, 'deleting', written)] };
    }
  }
};
