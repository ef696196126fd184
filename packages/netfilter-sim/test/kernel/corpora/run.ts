import type { Case, CasePacket } from '../../../src/cases/case.ts';
import { DEVICES } from '../../../src/cases/run.ts';
import type { CaseDevices } from '../../../src/cases/run.ts';
import { readKernelVersion } from '../../../src/kernel-version.ts';
import type { KernelVersion } from '../../../src/kernel-version.ts';
import type { NodeSnapshot } from '../../../src/snapshot/node.ts';
import { readNode, withSysctls } from '../../../src/snapshot/node.ts';
import { deviceFor, placedRules } from '../../support/corpora.ts';
import type { FoundRuleSet, PlacedRule } from '../../support/corpora.ts';
import { usualSettings } from '../generate/settings.ts';
import { Kernel } from '../kernel.ts';
import { release } from '../machine.ts';
import { NODES } from '../nodes.ts';
import { rulesOf } from '../referee.ts';
import { report } from '../report.ts';
import { aim } from './aim.ts';
import { answerTo, caseOf, judge, stageOf } from './judge.ts';
import { newRandom } from './random.ts';
import type { Random } from './random.ts';
import { filledSets, traced } from './rule-sets.ts';
import { wantOf } from './want.ts';

/** What walking a rule set came to. */
export type Walked =
  | {
      readonly kind: 'agreed';
      readonly packets: number;
      /** What the model said that it lacks, where that decided. */
      readonly unknown: readonly string[];
      /** Rules that counted a packet, by `table CHAIN number`; number 0 is a policy. */
      readonly counted: readonly string[];
    }
  /** The kernel at hand does not take the rules. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'disagreed'; readonly text: string };

/** The live kernel, and the node that rule sets are loaded on. */
export interface Place {
  readonly kernel: Kernel;
  readonly node: NodeSnapshot;
  readonly version: KernelVersion | undefined;
}

export const openPlace = async (): Promise<Place> => {
  const kernel = new Kernel();
  return { kernel, node: await kernel.node('bound', NODES.bound), version: readKernelVersion(release()) };
};

/** A large rule set says the same again and again. */
const RULES_MAX = 60;
/** In one case, one after the other: later ones meet the connections of earlier ones. */
const PACKETS_PER_CASE = 24;

/** Walks packets that a rule set's own rules ask for through the kernel and through the model. */
export const walk = async ({ kernel, node, version }: Place, of: FoundRuleSet, seed: number): Promise<Walked> => {
  const random = newRandom(seed);
  const { family, text } = of;
  const [rules, sets] = [traced(text), filledSets(text, family)];
  const ruleSets = rulesOf(rules, family);
  const placed = placedRules(ruleSets[family]);
  const devices = devicesFor(placed, random);
  const sysctls = usualSettings;
  const { host } = readNode(withSysctls(withNames(node, devices), sysctls), { ruleSets, ...(version === undefined ? {} : { kernelVersion: version }) });
  const stage = stageOf(host, sets, devices);
  const packets: CasePacket[] = [];
  for (const one of some(placed, random)) {
    const want = wantOf(ruleSets[family], one, random);
    if (want === undefined) continue;
    const packet = aim(want, family, devices, random);
    const answer = random.below(3) === 0 ? answerTo(stage, packet) : undefined;
    packets.push(packet, ...(answer === undefined ? [] : [answer]));
  }
  const unknown: string[] = [];
  const counted = new Set<string>();
  for (let from = 0; from < packets.length; from += PACKETS_PER_CASE) {
    const wanted: Case = caseOf({ family, rules, sets, sysctls }, packets.slice(from, from + PACKETS_PER_CASE));
    const answer = await kernel.run(wanted, namesOf(devices));
    if (answer.kind === 'refused') return answer;
    const judged = judge(stage, answer);
    unknown.push(...judged.unknown);
    for (const [place, numbers] of answer.observation.counters) if (numbers !== '0:0') counted.add(place);
    if (judged.differences.length === 0 || judged.unknown.length > 0) continue;
    const { timed, observation, endedAtMs } = answer;
    return { kind: 'disagreed', text: report({ kind: 'disagreed', case: timed, kernel: observation, endedAtMs, ...judged }) };
  }
  return { kind: 'agreed', packets: packets.length, unknown, counted: [...counted] };
};

const some = (rules: readonly PlacedRule[], random: Random): readonly PlacedRule[] => {
  const step = Math.ceil(rules.length / RULES_MAX);
  const first = random.below(step);
  return rules.filter((_, at) => at % step === first);
};

/** Longer than any name of a device may be, or of a form that a path in /proc cannot have. */
const isName = (name: string): boolean => name.length <= 15 && name !== 'lo' && !/[./]/.test(name);

/** The node's devices under names that rules look for. */
const devicesFor = (rules: readonly PlacedRule[], random: Random): CaseDevices => {
  const named = rules.flatMap(({ rule }) => [deviceFor(rule.inInterface) ?? [], deviceFor(rule.outInterface) ?? []].flat());
  const names = [...new Set(named)].filter(isName);
  const found: Record<keyof CaseDevices, string> = { ...DEVICES };
  for (const peer of ['pod1', 'pod2', 'up'] as const) {
    const free = names.filter((name) => !Object.values(found).includes(name));
    if (names.includes(found[peer])) continue;
    found[peer] = random.one(free) ?? found[peer];
  }
  return found;
};

const namesOf = (devices: CaseDevices): Readonly<Record<string, string>> =>
  Object.fromEntries((['pod1', 'pod2', 'up'] as const).flatMap((peer) => (devices[peer] === DEVICES[peer] ? [] : [[DEVICES[peer], devices[peer]]])));

const withNames = (node: NodeSnapshot, devices: CaseDevices): NodeSnapshot => ({
  ...node,
  contents: Object.fromEntries(
    Object.entries(node.contents).map(([file, text]) => [
      file,
      Object.entries(namesOf(devices)).reduce((all, [old, name]) => all.replaceAll(new RegExp(`\\b${old}\\b`, 'g'), name), text ?? ''),
    ]),
  ),
});
