import * as fc from 'fast-check';
import type { Family } from '../packet/address.ts';
import type { NodeSnapshot } from '../snapshot/node.ts';
import { PODS_MAX } from './cast.ts';
import { nodeFiles } from './node-files.ts';
import type { Layout } from './node-files.ts';
import { ruleSets } from './rule-sets.ts';
import { mostly } from './words.ts';

/** Which nodes are wanted. */
export interface NodeConstraints {
  /** The families that the node speaks: both where it is left out. */
  readonly families?: readonly Family[];
  /** Their rule sets, as text: `ruleSets()` of each family where it is left out. */
  readonly rules?: (family: Family) => fc.Arbitrary<string>;
}

const RULE_FILE = { ipv4: 'iptables-save.txt', ipv6: 'ip6tables-save.txt' } as const;

/** The devices and settings of a node; shrinks to one that forwards, with a pod and nothing besides. */
const layouts = (families: readonly Family[]): fc.Arbitrary<Layout> =>
  fc.record({
    families: fc.constant(families),
    pods: fc.integer({ min: 1, max: PODS_MAX }),
    localAddresses: fc.boolean(),
    forwarding: mostly(true, false),
    reversePathFilter: mostly(0, 1, 2),
    listensAt: mostly<Layout['listensAt']>([], [53], [53, 8080]),
  });

/**
 * Nodes of a cluster as their own tools print them, for `readNode`: pods behind `pod1`, `pod2`, …, the cluster behind `eth0`, and rules.
 * Plain data, so that each run begins with a node of its own. A counterexample shrinks to one pod and few rules, and prints its files.
 */
export const nodes = ({ families = ['ipv4', 'ipv6'], rules = (family) => ruleSets({ family }) }: NodeConstraints = {}): fc.Arbitrary<NodeSnapshot> =>
  fc.tuple(layouts(families), ...families.map((family) => rules(family))).map(([layout, ...texts]) => {
    const saved = Object.fromEntries(families.map((family, at) => [RULE_FILE[family], texts[at] ?? '']));
    return readable({ folder: 'node', contents: { ...nodeFiles(layout), ...saved } }, layout);
  });

/** As fast-check prints it: what is peculiar to it, not the JSON of its devices. */
const readable = (snapshot: NodeSnapshot, { families: _families, ...layout }: Layout): NodeSnapshot =>
  Object.defineProperty(snapshot, fc.toStringMethod, {
    value: () =>
      [JSON.stringify(layout), ...Object.entries(snapshot.contents).flatMap(([name, text]) => (name.endsWith('-save.txt') ? [`${name}:`, text.trimEnd()] : []))].join('\n'),
  });
