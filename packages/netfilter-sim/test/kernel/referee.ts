import type { Case, CaseNftables } from '../../src/cases/case.ts';
import type { Host } from '../../src/host/host.ts';
import { readKernelVersion } from '../../src/kernel-version.ts';
import type { Family } from '../../src/packet/address.ts';
import { parseRuleSet } from '../../src/ruleset/iptables/read/rule-set.ts';
import type { RuleSet } from '../../src/ruleset/iptables/values/rule-set.ts';
import { readNode, withSysctls } from '../../src/snapshot/node.ts';
import type { NodeSnapshot } from '../../src/snapshot/node.ts';
import { onBridge } from './generate/bridges.ts';
import type { CasePlan } from './generate/case.ts';
import { resolve } from './generate/resolve.ts';
import { nftText } from './generate/nftables/rule-set.ts';
import { ruleSetText } from './generate/rules.ts';
import { Kernel } from './kernel.ts';
import type { KernelAnswer } from './kernel.ts';
import { release } from './machine.ts';
import { askModel } from './model.ts';
import { NODES } from './nodes.ts';
import { differences } from './observation.ts';
import type { Difference, Observation } from './observation.ts';

/** What the referee says of a case. */
export type Ruling =
  | { readonly kind: 'agreed' }
  | { readonly kind: 'refused'; readonly why: string }
  /** The model says that it lacks something that decides. */
  | { readonly kind: 'abstained' }
  | {
      readonly kind: 'disagreed';
      readonly case: Case;
      readonly kernel: Observation;
      readonly model: Observation;
      readonly differences: readonly Difference[];
      readonly endedAtMs: number;
    };

/** Holds the model against the live kernel, case by case. */
export class Referee {
  readonly #kernel = new Kernel();
  readonly #nodes = new Map<string, NodeSnapshot>();
  readonly #version = readKernelVersion(release());

  async judge(plan: CasePlan): Promise<Ruling> {
    const snapshot = await this.snapshot(plan.node);
    const nftables = await this.#listed(plan);
    if (nftables !== undefined && 'refused' in nftables) return { kind: 'refused', why: nftables.refused };
    const given = nftables === undefined ? {} : { nftables };
    const { family, sysctls } = plan;
    const host = this.host(snapshot, { family, sysctls, rules: ruleSetText(plan.rules), ...given });
    return this.judgeCase({ ...onBridge(resolve(plan, host)), ...given }, host);
  }

  async #listed({ node, family, nftables }: CasePlan): Promise<CaseNftables | { readonly refused: string } | undefined> {
    if (nftables === undefined) return undefined;
    const rules = nftText(nftables, family);
    const answer = await this.#kernel.list(node, rules);
    return 'refused' in answer ? answer : { rules, ...answer };
  }

  /** A difference counts if it shows twice: the machine may have been busy with something else. */
  async judgeCase(of: Case, host: Host): Promise<Ruling> {
    const first = await this.#compare(of, host);
    return first.kind === 'disagreed' ? this.#compare(of, host) : first;
  }

  async snapshot(name: CasePlan['node']): Promise<NodeSnapshot> {
    const known = this.#nodes.get(name) ?? (await this.#kernel.node(name, NODES[name]));
    this.#nodes.set(name, known);
    return known;
  }

  async #compare(of: Case, host: Host): Promise<Ruling> {
    const answer: KernelAnswer = await this.#kernel.run(of);
    if (answer.kind === 'refused') return answer;
    const model = askModel(answer.timed, host, answer.endedAtMs);
    const told = model.packets.flatMap((packet) => (packet === undefined ? [] : [packet.result, ...packet.answers]));
    if (told.some((text) => text.includes('not modelled'))) return { kind: 'abstained' };
    const found = differences(answer.observation, model);
    if (found.length === 0) return { kind: 'agreed' };
    const { timed, observation: kernel, endedAtMs } = answer;
    return { kind: 'disagreed', case: timed, kernel, model, differences: found, endedAtMs };
  }

  /** The node as this machine's kernel would have it. */
  host(snapshot: NodeSnapshot, { family, rules, nftables, sysctls }: Pick<Case, 'family' | 'rules' | 'nftables' | 'sysctls'>): Host {
    const ruleSets = rulesOf(rules, family);
    const version = this.#version === undefined ? {} : { kernelVersion: this.#version };
    return readNode(withNftables(withSysctls(snapshot, sysctls), nftables), { ruleSets, ...version }).host;
  }

  stop(): void {
    this.#kernel.stop();
  }
}

/** The node with rules of nftables besides. */
export const withNftables = (node: NodeSnapshot, nftables: CaseNftables | undefined): NodeSnapshot =>
  nftables === undefined ? node : { ...node, contents: { ...node.contents, 'nft-ruleset.json': nftables.listed } };

export const rulesOf = (text: string, family: Family): Readonly<Record<Family, RuleSet>> => {
  const none = (of: Family): RuleSet => ({ family: of, tables: new Map() });
  return { ipv4: none('ipv4'), ipv6: none('ipv6'), [family]: parseRuleSet(text, { file: 'generated rules', family }) };
};

