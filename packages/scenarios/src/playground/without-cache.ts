import type { Address, CapturedNode } from '@nodelocal/netfilter-sim';
import { applySetting } from '../cluster/setting.ts';

/** The link that node-cache makes for its addresses. */
const LINK = 'nodelocaldns';

/** The same node as kube-proxy alone leaves it; `undefined` where there is no cache to take away. */
export const withoutCache = ({ host, state }: CapturedNode): Pick<CapturedNode, 'host' | 'state'> | undefined => {
  const addresses = host.interfaces.filter(({ name }) => name === LINK).flatMap((link) => link.addresses.map(({ address }) => address));
  if (addresses.length === 0) return undefined;
  const bare = addresses.reduce((now, address: Address) => applySetting(now, { notrackRules: false, clusterIpBound: false }, address), host);
  return { host: bare, state };
};
