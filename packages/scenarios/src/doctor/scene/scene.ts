import { familyOf, readNode } from '@nodelocal/netfilter-sim';
import type { Address, CapturedNode } from '@nodelocal/netfilter-sim';
import { exchange } from '../../preflight/way/exchange.ts';
import type { Exchange } from '../../preflight/way/exchange.ts';
import type { Question } from '../../preflight/way/question.ts';
import { FIRST_PORT, podsOf, questionsOf } from '../../preflight/way/questions.ts';
import type { Pods } from '../../preflight/way/questions.ts';
import { familyRules } from './family-rules.ts';
import type { FamilyRules } from './family-rules.ts';
import { addressesOn, holderOf, linkOf } from './links.ts';
import { addressesInRules, ownRules } from './own-rules.ts';
import type { DoctorPlan } from './plan.ts';
import { toldBy } from './told.ts';
import type { Told } from './told.ts';

/** All that a diagnosis looks at. */
export interface Scene {
  readonly plan: DoctorPlan;
  readonly node: CapturedNode;
  /** The cache's link: that which is there, or the one that should be. */
  readonly device: string;
  readonly addresses: readonly Address[];
  readonly told: Told;
  readonly rules: readonly FamilyRules[];
  readonly pods: Pods;
  /** Everything that is asked of the cache and by it, walked through the node as it is; not what no file tells the way of. */
  readonly asked: readonly Exchange[];
}

/** @throws InputError where the node's own files cannot be read */
export const sceneOf = (plan: DoctorPlan): Scene => {
  const node = readNode(plan.snapshot);
  const link = linkOf(node.host, plan.device);
  const addresses = plan.addresses ?? [...new Set([...(link === undefined ? [] : addressesOn(link)), ...addressesInRules(node.host)])];
  const pods = podsOf(node.host, plan.pods, addresses);
  const newRules = ownRules(node.host);
  const told = toldBy(plan.snapshot);
  const questions = questionsOf({ ...plan, addresses }, pods).filter((question) => isWalkable(told, question));
  return {
    plan,
    node,
    device: link?.name ?? holderOf(node.host, addresses) ?? plan.device,
    addresses,
    told,
    rules: familyRules(plan, node.host, addresses),
    pods,
    asked: questions.map((question, at) => exchange(node, question, { newRules, askerPort: FIRST_PORT + at })),
  };
};

/** What stays on the node needs no route but the local ones, which the kernel makes of addresses. */
const isWalkable = ({ links, families }: Told, { asker, address }: Question): boolean => {
  const { rules, routes } = families[familyOf(address)];
  return links && rules && (routes || asker.kind === 'node-process' || asker.kind === 'health-probe');
};
