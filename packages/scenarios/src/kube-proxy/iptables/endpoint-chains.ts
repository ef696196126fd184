import type { Endpoint } from '../services/endpoint.ts';
import type { ProxiedService } from '../services/proxied.ts';
import type { ProxiedPort } from '../services/service-port.ts';
import { chainsOf, endpointChainOf } from './names.ts';
import { portalOf } from './portals.ts';
import type { RestoreText, TableText } from './restore-text.ts';
import { comment } from './restore-text.ts';

/** So many decimals does kube-proxy write; the kernel has 31 bits of it. */
const DECIMALS = 10;

/** To one of them by chance: each rule takes its share of what is left. */
const writeChoice = (nat: TableText, chain: string, port: ProxiedPort, endpoints: readonly Endpoint[], said: (text: string) => string): void => {
  const rule = (endpoint: Endpoint, test: string): void => nat.rule(chain, said(`${port.id} -> ${endpoint.text}`), test, `-j ${endpointChainOf(port, endpoint)}`);
  nat.chain(chain);
  if (port.affinitySeconds !== undefined) {
    for (const endpoint of endpoints) rule(endpoint, `-m recent --name ${endpointChainOf(port, endpoint)} --rcheck --seconds ${port.affinitySeconds} --reap`);
  }
  for (const [at, endpoint] of endpoints.entries()) {
    const left = endpoints.length - at;
    rule(endpoint, left === 1 ? '' : `-m statistic --mode random --probability ${(1 / left).toFixed(DECIMALS)}`);
  }
};

/**
 * The chains by which a port's packets reach its endpoints.
 * @param isLarge in a cluster of more than 1,000 endpoints kube-proxy leaves the comments out
 */
export const writeEndpointChains = (service: ProxiedService, isLarge: boolean, { nat }: RestoreText): void => {
  const { port, traffic } = service;
  const { usesCluster, usesLocal } = portalOf(service);
  const chains = chainsOf(port);
  const said = (text: string): string => (isLarge ? '' : comment(text));
  if (usesCluster) writeChoice(nat, chains.cluster, port, traffic.cluster, said);
  if (usesLocal) writeChoice(nat, chains.local, port, traffic.local, said);
  const protocol = port.protocol.toLowerCase();
  for (const endpoint of traffic.reachable) {
    const chain = endpointChainOf(port, endpoint);
    nat.chain(chain);
    // A pod that reaches itself by its Service has to hear the answer from the Service.
    nat.rule(chain, said(port.id), `-s ${endpoint.address} -j KUBE-MARK-MASQ`);
    const remember = port.affinitySeconds === undefined ? '' : `-m recent --name ${chain} --set`;
    nat.rule(chain, said(port.id), remember, `-m ${protocol} -p ${protocol} -j DNAT --to-destination ${endpoint.text}`);
  }
};
