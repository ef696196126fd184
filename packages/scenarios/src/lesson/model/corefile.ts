import type { LocalAddress } from '@nodelocal/dns-cache';
import { NO_KUBE_DNS, readLocalAddress, renderCorefile } from '@nodelocal/dns-cache';
import type { LessonCluster } from './cluster.ts';
import { cacheAddresses, clusterDns, upstreamDns } from './services.ts';

/** What the reader's `sed` puts in place of what. */
export interface Substitution {
  readonly from: string;
  readonly to: string;
}

/** For IPVS mode the manifest is edited otherwise: the cache is not told of the Service's address, but asks it. @throws LessonClusterError */
export const substitutions = (cluster: LessonCluster): readonly Substitution[] => {
  const common = [
    { from: '__PILLAR__LOCAL__DNS__', to: cluster.localDns },
    { from: '__PILLAR__DNS__DOMAIN__', to: cluster.domain },
  ];
  switch (cluster.mode) {
    case 'iptables':
      return [...common, { from: '__PILLAR__DNS__SERVER__', to: clusterDns(cluster) }];
    case 'ipvs':
      return [...common, { from: ',__PILLAR__DNS__SERVER__', to: '' }, { from: '__PILLAR__CLUSTER__DNS__', to: clusterDns(cluster) }];
  }
};

/** The Corefile in the manifest, as the reader has edited it. @throws LessonClusterError */
export const editedCorefile = (cluster: LessonCluster): string =>
  substitutions(cluster).reduce((text, { from, to }) => text.replaceAll(new RegExp(from, 'g'), to), cluster.template);

/** The same with a line `log` at the top of each block. @throws LessonClusterError */
export const loggingCorefile = (cluster: LessonCluster): string => editedCorefile(cluster).replaceAll(/^(\S.*\{)$/gm, '$1\n    log');

const locals = (cluster: LessonCluster): readonly LocalAddress[] =>
  cacheAddresses(cluster).flatMap((one) => {
    const read = readLocalAddress(one);
    return read.kind === 'local' ? [read.address] : [];
  });

/** What node-cache makes of it on the node. @throws LessonClusterError */
export const servedCorefile = (cluster: LessonCluster, edited: string): string => {
  const rendering = renderCorefile(edited, NO_KUBE_DNS, {
    localAddresses: locals(cluster),
    upstreamService: { kind: 'found', address: upstreamDns(cluster) },
    prometheusAddress: ':9253',
    dnsPort: 53,
    reading: { file: 'Corefile.base' },
  });
  // A template that is refused is none of the lesson's: node-cache would log the reason, and serve nothing.
  return rendering.kind === 'rendered' ? rendering.corefile : `# ${rendering.reason}\n`;
};
