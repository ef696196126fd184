import { addressWidth, familyOf } from '@nodelocal/netfilter-sim';
import type { Host, PolicyRule } from '@nodelocal/netfilter-sim';
import { findRoutedElsewhere } from '../../preflight/findings/routed-elsewhere.ts';
import type { RoutedElsewhere as Found } from '../../preflight/findings/routed-elsewhere.ts';
import { senderOf } from '../../preflight/way/question.ts';
import { onNode } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import { isOnNode } from '../scene/links.ts';
import type { Scene } from '../scene/scene.ts';

/** A rule or a route that is looked at before the one that leads to the cache, or back to the pod. */
export interface RoutedElsewhere extends Omit<Found, 'kind' | 'address'> {
  readonly kind: 'routed-elsewhere';
  readonly addresses: readonly Found['address'][];
  readonly harm: 'unanswered';
  readonly mend: readonly Command[];
}

export const findRouted = (scene: Scene): readonly RoutedElsewhere[] => {
  const { node: { host }, plan, pods } = scene;
  const addresses = scene.addresses.filter((address) => isOnNode(host, address));
  const groups = new Map<string, readonly Found[]>();
  for (const one of findRoutedElsewhere(host, { addresses, dnsPort: plan.dnsPort }, Object.values(pods))) {
    if (!goesAstray(scene, one)) continue;
    const key = JSON.stringify([familyOf(one.address), one.what, one.rule?.priority, one.device]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => group.slice(0, 1).map((first) => together(scene, first, group)));
};

/** The look-up knows no marks: where rules set them, packets may go right all the same. */
const goesAstray = ({ asked }: Scene, { what, address }: Found): boolean =>
  asked.some(
    ({ question, result }) =>
      question.asker.kind === 'pod' && question.address === address && result.kind === 'lost' && senderOf(result.leg) === (what === 'query' ? 'asker' : 'server'),
  );

const together = (scene: Scene, first: Found, group: readonly Found[]): RoutedElsewhere => ({
  kind: 'routed-elsewhere',
  what: first.what,
  rule: first.rule,
  device: first.device,
  addresses: group.map(({ address }) => address),
  harm: 'unanswered',
  mend: mendOf(scene, first, group),
});

const mendOf = ({ node: { host }, device, pods }: Scene, { what, address, rule }: Found, group: readonly Found[]): readonly Command[] => {
  const family = familyOf(address);
  const ip = family === 'ipv6' ? 'ip -6' : 'ip';
  if (what === 'query') {
    const local = localRule(host, address);
    // The kernel's own place for the local table is before all others.
    if (rule !== undefined && local !== undefined && local.priority > rule.priority) {
      return [onNode(`${ip} rule add priority 0 lookup local`), onNode(`${ip} rule del priority ${local.priority}`)];
    }
    return group.map(({ address: own }) => onNode(`${ip} route replace local ${own} dev ${device} table local`));
  }
  if (rule !== undefined && rule.priority > 0 && rule.priority < MAIN) return [onNode(`${ip} rule del priority ${rule.priority}`)];
  const pod = pods[family];
  // A device that is down has lost its routes.
  const isDown = host.interfaces.some(({ name, up }) => name === pod?.device && !up);
  return pod === undefined ? [] : [...(isDown ? [onNode(`ip link set ${pod.device} up`)] : []), onNode(`${ip} route replace ${pod.address}/${addressWidth(family)} dev ${pod.device}`)];
};

/** The priority of the rule for the main table: beyond it stand routes, no rules of others. */
const MAIN = 32_766;
/** RT_TABLE_LOCAL. */
const LOCAL = 255;

const localRule = (host: Host, address: Found['address']): PolicyRule | undefined =>
  host.routing[familyOf(address)].rules.find(({ action }) => action.kind === 'lookup' && action.table === LOCAL);
