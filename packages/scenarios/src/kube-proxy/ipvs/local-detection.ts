import type { Prefix } from '@nodelocal/netfilter-sim';
import { familyOf, printPrefix } from '@nodelocal/netfilter-sim';
import type { ProxiedNode } from '../services/proxied.ts';

const notFrom = (range: Prefix | undefined): string | undefined => (range === undefined ? undefined : `! -s ${printPrefix(range)}`);

/**
 * The words of a rule for what no pod of this node sends (util/localdetector.go of 1.34). Of several ranges the first one of the family counts.
 * @returns `undefined`: kube-proxy was not told how to know
 */
export const notLocalWords = ({ family, podRanges, settings: { localDetection } }: ProxiedNode): string | undefined => {
  switch (localDetection.kind) {
    case 'cluster-range':
      return notFrom(localDetection.ranges.find(({ address }) => familyOf(address) === family));
    case 'node-range':
      return notFrom(podRanges[0]);
    case 'bridge':
      return `! -i ${localDetection.interfaceName}`;
    case 'interface-prefix':
      return `! -i ${localDetection.prefix}+`;
  }
};
