import { familyOf, InputError } from '@nodelocal/netfilter-sim';
import type { Scene } from './findings/bystander.ts';
import { findAll, isInTheWay } from './findings/index.ts';
import { nodeAfter, nodeBefore } from './node/after.ts';
import { newRulesOf, NO_NEW_RULES } from './node/new-rules.ts';
import type { PreflightPlan } from './node/plan.ts';
import type { Asked, Examined, PreflightReport, Reason } from './report.ts';
import { exchange, firstPacket } from './way/exchange.ts';
import type { Exchange } from './way/exchange.ts';
import type { Asker, Question } from './way/question.ts';
import { FIRST_PORT, podsOf, questionsOf } from './way/questions.ts';
import { checkPlan } from './node/check-plan.ts';

/**
 * What will happen on a node. Nothing but what the plan has is looked at.
 * @throws InputError where the node's own files cannot be read; RangeError for an address or a port that is none
 */
export const preflight = (plan: PreflightPlan): PreflightReport => {
  checkPlan(plan);
  if (plan.addresses.length === 0) throw new RangeError('addresses are empty: nobody would be asked, and that works on any node');
  const before = nodeBefore(plan);
  const after = refusal(plan, () => nodeAfter(plan, before.host));
  if ('kind' in after) return after;
  const pods = podsOf(before.host, plan.pods, plan.addresses);
  const scene: Scene = { plan, before, after, newRules: newRulesOf(before.host, after.host), pods };
  const asked = questionsOf(plan, pods).map((question, at) => ask(scene, question, FIRST_PORT + at));
  const findings = findAll(scene, asked.map(({ later }) => later));
  const families = new Set(plan.addresses.map(familyOf));
  const examined: Examined = {
    schema: 1,
    node: plan.snapshot.folder,
    device: plan.device,
    addresses: plan.addresses,
    pods: Object.values(pods),
    asked,
    findings,
    socketsKnown: before.host.sockets !== undefined,
    notes: before.notes.filter((note) => !('family' in note) || families.has(note.family)),
  };
  return judged(examined);
};

const refusal = <Done extends object>({ snapshot, transactions }: PreflightPlan, run: () => Done): Done | Extract<PreflightReport, { kind: 'refused' }> => {
  try {
    return run();
  } catch (error) {
    // What is wrong with the node's own files is the caller's to mend.
    if (!(error instanceof InputError) || !transactions.some(({ file }) => file === error.position.file)) throw error;
    const { file, line, column } = error.position;
    return { kind: 'refused', schema: 1, node: snapshot.folder, where: `${file}:${line}:${column}`, why: error.reason };
  }
};

const ask = ({ before, after, newRules }: Scene, question: Question, askerPort: number): Asked => ({
  now: isAskedNow(question.asker) ? firstPacket(before, question, { newRules: NO_NEW_RULES, askerPort }) : undefined,
  later: exchange(after, question, { newRules, askerPort }),
});

const isAskedNow = ({ kind }: Asker): boolean => kind === 'pod' || kind === 'node-process';

const judged = (examined: Examined): PreflightReport => {
  const exchanges = examined.asked.map(({ later }) => later);
  const lost = reasons(examined, exchanges.filter(({ result }) => result.kind === 'lost'));
  if (lost.length > 0) return { kind: 'will-not-work', ...examined, reasons: lost };
  // What the cache asks goes the way that everybody's questions to that Service go now: if the model lacks that, no harm is done.
  const open = exchanges.filter(({ result, question }) => result.kind === 'not-known' && question.asker.kind !== 'cache');
  return open.length > 0 ? { kind: 'not-known', ...examined, reasons: open.map(because) } : { kind: 'will-work', ...examined };
};

const reasons = ({ findings }: Examined, lost: readonly Exchange[]): readonly Reason[] => [
  ...findings.filter(isInTheWay).map((finding) => ({ kind: 'finding' as const, finding })),
  ...lost.map(because),
];

const because = (one: Exchange): Reason => ({ kind: 'exchange', exchange: one });
