import type { Family } from '@nodelocal/netfilter-sim';
import type { KubernetesObjects } from '../../kubernetes/objects.ts';
import type { Difference } from '../compare/difference.ts';
import { compareIptables } from '../iptables/compare.ts';
import { writeIptables } from '../iptables/write.ts';
import { compareIpvs } from '../ipvs/compare.ts';
import { ipvsTexts } from '../ipvs/texts.ts';
import { writeIpvs } from '../ipvs/write.ts';
import { compareNftables } from '../nftables/compare.ts';
import { writeNftables } from '../nftables/write.ts';
import type { ProxiedNode } from '../services/proxied.ts';
import { proxiedNode } from '../services/proxied.ts';
import { asTold } from './as-told.ts';
import type { ProxyCase, Written } from './proxy-case.ts';

interface State {
  readonly objects: KubernetesObjects;
  /** What they were before, for the same running kube-proxy. */
  readonly earlier: KubernetesObjects | undefined;
  readonly written: Written;
}

const compareState = ({ node, settings }: ProxyCase, { objects, earlier, written }: State): readonly Difference[] => {
  const of = (family: Family, which = objects): ProxiedNode => proxiedNode(asTold(which), node, family, settings);
  const said = (tool: string): string => written[tool] ?? '';
  switch (settings.mode) {
    case 'iptables':
      return [
        ...compareIptables(said('iptables-save'), writeIptables(of('ipv4'))),
        ...compareIptables(said('ip6tables-save'), writeIptables(of('ipv6'))).map((each) => ({ ...each, where: `ip6tables ${each.where}` })),
      ];
    case 'nftables': {
      const before = earlier && { ipv4: of('ipv4', earlier), ipv6: of('ipv6', earlier) };
      return compareNftables(said('nft'), writeNftables(of('ipv4'), of('ipv6'), before));
    }
    case 'ipvs':
      return compareIpvs(
        { iptables: said('iptables-save'), ip6tables: said('ip6tables-save'), ipset: said('ipset'), ipvsadm: said('ipvsadm'), addresses: said('addresses') },
        ipvsTexts(writeIpvs(of('ipv4')), writeIpvs(of('ipv6'))),
      );
  }
};

/** What a case comes to, before its change and after it. */
export interface ProxyCaseResult {
  readonly before: readonly Difference[];
  readonly after: readonly Difference[];
  /**
   * The change is to be seen in the rules, and nothing at all was otherwise when the node was asked again: it was asked too early, so
   * that nothing can be said of them.
   */
  readonly wasAskedTooEarly: boolean;
}

/** Holds the rules made from a case's objects against the recorded ones. @throws NoSuchNodeError */
export const compareProxyCase = (recorded: ProxyCase): ProxyCaseResult => {
  const { before, written, change } = recorded;
  const first = compareState(recorded, { objects: before, earlier: undefined, written });
  if (change === undefined) return { before: first, after: [], wasAskedTooEarly: false };
  const second = compareState(recorded, { objects: change.after, earlier: before, written: change.written });
  const wasAskedTooEarly = second.length > 0 && first.length === 0 && JSON.stringify(change.written) === JSON.stringify(written);
  return { before: first, after: wasAskedTooEarly ? [] : second, wasAskedTooEarly };
};
