import type { Prefix } from '@nodelocal/netfilter-sim';
import { familyOf, printPrefix } from '@nodelocal/netfilter-sim';
import type { ProxiedNode } from './proxied.ts';

/** By what a packet shows that a pod of this node sent it. */
export type LocalTraffic =
  | { readonly kind: 'source'; readonly range: Prefix }
  | { readonly kind: 'interface'; readonly name: string; /** It is the beginning of names. */ readonly isPrefix: boolean };

/**
 * Of several ranges the first one of the family counts (cmd/kube-proxy/app/server_linux.go of 1.34, getLocalDetectors).
 * @returns `undefined`: by nothing, and no rule asks for it
 */
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
      return { kind: 'interface', name: localDetection.interfaceName, isPrefix: false };
    case 'interface-prefix':
      return { kind: 'interface', name: localDetection.prefix, isPrefix: true };
  }
};

/** As iptables tests it: `-s 10.244.0.0/16`, `! -i cali+`. */
export const localTest = (traffic: LocalTraffic, how: 'is' | 'is-not'): string => {
  const no = how === 'is-not' ? '! ' : '';
  switch (traffic.kind) {
    case 'source':
      return `${no}-s ${printPrefix(traffic.range)}`;
    case 'interface':
      return `${no}-i ${traffic.name}${traffic.isPrefix ? '+' : ''}`;
  }
};
