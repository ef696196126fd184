import type { KubernetesObjects } from '../../kubernetes/objects.ts';
import type { Difference } from '../compare/difference.ts';
import { compareIptables } from '../iptables/compare.ts';
import { writeIptables } from '../iptables/write.ts';
import { proxiedNode } from '../services/proxied.ts';
import type { ProxyCase, Written } from './proxy-case.ts';

const IPTABLES = [
  ['ipv4', 'iptables-save'],
  ['ipv6', 'ip6tables-save'],
] as const;

const compareState = ({ node, settings }: ProxyCase, objects: KubernetesObjects, written: Written): readonly Difference[] => {
  return IPTABLES.flatMap(([family, tool]) => {
    const recorded = written[tool];
    if (recorded === undefined) return [];
    return compareIptables(recorded, writeIptables(proxiedNode(objects, node, family, settings))).map((each) => ({ ...each, where: `${tool}, ${each.where}` }));
  });
};

/**
 * Where the rules made from a case's objects are not the recorded ones, before the change and after it. The change came while the
 * node was still being asked, now and then: what a tool printed before it is then what it prints after it, and is taken for that.
 * @throws NoSuchNodeError
 */
export const compareProxyCase = (recorded: ProxyCase): readonly Difference[] => {
  const { before, written, change } = recorded;
  const differences = compareState(recorded, before, written);
  if (change === undefined) return differences;
  const late = Object.keys(written).filter((tool) => written[tool] === change.written[tool]);
  const isLate = ({ where }: Difference): boolean => late.some((tool) => where.startsWith(`${tool}, `));
  return [
    ...differences.filter((each) => !isLate(each)),
    ...compareState(recorded, change.after, change.written).map((each) => ({ ...each, where: `after the change, ${each.where}` })),
  ];
};
