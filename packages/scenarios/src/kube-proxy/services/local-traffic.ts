import type { Prefix } from '@nodelocal/netfilter-sim';
import { familyOf } from '@nodelocal/netfilter-sim';
import type { ProxiedNode } from './proxied.ts';

/** By what a packet shows that a pod of this node sent it. */
export type LocalTraffic = { readonly kind: 'source'; readonly range: Prefix } | { readonly kind: 'interface'; /** `cni0`, `cali+` */ readonly pattern: string };

/** `undefined`: by nothing, and no rule asks for it (cmd/kube-proxy/app/server_linux.go of 1.34, getLocalDetectors). */
export const localTraffic = ({ family, settings: { localDetection }, podRanges }: ProxiedNode): LocalTraffic | undefined => {
  const first = (ranges: readonly Prefix[]): LocalTraffic | undefined => {
    const range = ranges.find(({ address }) => familyOf(address) === family);
    return range === undefined ? undefined : { kind: 'source', range };
  };
  switch (localDetection.kind) {
    case 'cluster-range':
      return first(localDetection.ranges);
    case 'node-range':
      return first(podRanges);
    case 'bridge':
      return { kind: 'interface', pattern: localDetection.interfaceName };
    case 'interface-prefix':
      return { kind: 'interface', pattern: `${localDetection.prefix}+` };
  }
};
