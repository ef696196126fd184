import { familyOf } from '@nodelocal/netfilter-sim';
import type { Family, Prefix } from '@nodelocal/netfilter-sim';
import type { ProxiedNode } from '../services/proxied.ts';
import { headerOf, networkText } from './words.ts';

/** How rules tell what pods of this node send. */
export interface FromPods {
  readonly matches: string;
  readonly doesNotMatch: string;
}

/** Of several ranges of a family the first one counts (cmd/kube-proxy/app/server_linux.go of 1.34, getLocalDetectors). */
const byRange = (family: Family, ranges: readonly Prefix[]): FromPods | undefined => {
  const range = ranges.find(({ address }) => familyOf(address) === family);
  if (range === undefined) return undefined;
  const source = `${headerOf(family)} saddr`;
  return { matches: `${source} ${networkText(range)}`, doesNotMatch: `${source} != ${networkText(range)}` };
};

const byInterface = (pattern: string): FromPods => ({ matches: `iifname "${pattern}"`, doesNotMatch: `iifname != "${pattern}"` });

/** `undefined`: nothing tells them from others. */
export const fromPods = ({ family, settings: { localDetection }, podRanges }: ProxiedNode): FromPods | undefined => {
  switch (localDetection.kind) {
    case 'cluster-range':
      return byRange(family, localDetection.ranges);
    case 'node-range':
      return byRange(family, podRanges);
    case 'bridge':
      return byInterface(localDetection.interfaceName);
    case 'interface-prefix':
      return byInterface(`${localDetection.prefix}*`);
  }
};
