import { describeTrace } from '@nodelocal/netfilter-sim';
import { resolvConfOf } from './before.ts';
import type { LessonCluster } from './model/cluster.ts';
import type { Looked } from './model/reader.ts';
import { cacheAddresses } from './model/services.ts';
import { beforeRestart, lookupsOf, NEXT_COMMAND_SECONDS } from './model/timeline.ts';
import { nslookupLines } from './print/nslookup.ts';
import type { Exhibit, LessonStep } from './step.ts';
import { needsIpvsWalk } from './step.ts';

/** @param name that is looked up from the test pod */
export const nslookupCommand = (cluster: LessonCluster, name: string): string => `kubectl exec ${cluster.testPod} -- nslookup ${name}`;

export const nslookupExhibit = (cluster: LessonCluster, { name, nameserver, result }: Looked): Exhibit => ({
  commands: [nslookupCommand(cluster, name)],
  output: nslookupLines(name, nameserver, result),
});

const lookups = (cluster: LessonCluster, step: number): readonly Exhibit[] => {
  switch (cluster.mode) {
    case 'iptables':
      return lookupsOf(beforeRestart(cluster)(step)).slice(-1).map((looked) => nslookupExhibit(cluster, looked));
    case 'ipvs':
      return [needsIpvsWalk([nslookupCommand(cluster, 'kubernetes.default')])];
  }
};

export const podsAsBefore: LessonStep = {
  number: 12,
  title: "The pod's view, with the cache",
  show: (cluster) => [
    {
      ...resolvConfOf(cluster, true),
      see:
        cluster.mode === 'ipvs'
          ? `The kubelets were told another address (--cluster-dns=${cluster.localDns}), and the pod is a new one.`
          : 'Nothing of this has changed.',
    },
    ...lookups(cluster, 12),
  ],
};

export const orderOfOperations: LessonStep = {
  number: 13,
  title: "The way of the pod's query through the node",
  show: (cluster) => {
    if (cluster.mode === 'ipvs') return [needsIpvsWalk([])];
    const packets = lookupsOf(beforeRestart(cluster)(12)).flatMap((looked) => looked.packets);
    const query = packets.find(({ from }) => from === 'pod');
    return query === undefined
      ? []
      : [{ commands: [], output: describeTrace(query.journey.trace), see: `${query.message?.question ?? ''} is the first question of the lookup in step 12.` }];
  },
};

export const resolution: LessonStep = {
  number: 18,
  title: 'A lookup',
  show: (cluster) =>
    lookups(cluster, 18).map((exhibit) => ({
      see: `The cache on the node answered, at ${cacheAddresses(cluster).at(-1) ?? ''}. Step 19 counts on this being typed ${cluster.repeats} times, ${NEXT_COMMAND_SECONDS} seconds apart.`,
      ...exhibit,
    })),
};
