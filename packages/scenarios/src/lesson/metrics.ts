import type { ShownSample } from '@nodelocal/dns-cache';
import { nslookupCommand, nslookupExhibit } from './lookup.ts';
import type { LessonCluster } from './model/cluster.ts';
import { cachePod, testNode } from './model/pods.ts';
import type { Outcome } from './model/reader.ts';
import { clusterDns } from './model/services.ts';
import { beforeRestart } from './model/timeline.ts';
import { metricLines } from './print/metrics.ts';
import type { Exhibit, LessonStep } from './step.ts';
import { needsIpvsWalk } from './step.ts';

const PAGE = 'curl -s http://127.0.0.1:9253/metrics';

/** A look at the cache's page of metrics, of which `grep` leaves a part. */
const scrapeExhibit = (samples: readonly ShownSample[], grep: string, isShown: RegExp): Exhibit => ({
  commands: [`${PAGE} | grep ${grep}`],
  output: metricLines(samples).filter((line) => isShown.test(line)),
});

const samplesOf = (outcomes: readonly Outcome[]): readonly (readonly ShownSample[])[] => outcomes.flatMap((outcome) => (outcome.kind === 'scraped' ? [outcome.samples] : []));

const escaped = (text: string): string => text.replaceAll('.', String.raw`\.`);

/** What the lesson finds by `.` in a pattern is the address, or another that looks like it. */
const patternOf = (cluster: LessonCluster, metrics: string, more = ''): string => `"${metrics}.*${clusterDns(cluster)}${more}"`;

const total = (samples: readonly ShownSample[], metric: string, server: string): number =>
  samples.filter(({ name, labels }) => name === metric && labels['server'] === server).reduce((sum, { value }) => sum + value, 0);

const serverOf = (cluster: LessonCluster): string => `dns://${clusterDns(cluster)}:53`;

/** The way to the page of the cache on the pod's node. */
const forwardExhibits = (cluster: LessonCluster): readonly Exhibit[] => {
  const { name } = cachePod(cluster);
  const { testPod } = cluster;
  return [
    { commands: [`TEST_NODE=$(kubectl get pod ${testPod} -o jsonpath='{.spec.nodeName}')`, `echo "${testPod} pod is running on: $TEST_NODE"`], output: [`${testPod} pod is running on: ${testNode(cluster)}`] },
    {
      commands: [
        "NODELOCAL_POD=$(kubectl get pods -n kube-system -l k8s-app=node-local-dns --field-selector spec.nodeName=$TEST_NODE -o jsonpath='{.items[0].metadata.name}')",
        'echo "node-local-dns pod on same node: $NODELOCAL_POD"',
      ],
      output: [`node-local-dns pod on same node: ${name}`],
    },
    { commands: ['kubectl port-forward -n kube-system $NODELOCAL_POD 9253:9253 &'], output: ['Forwarding from 127.0.0.1:9253 -> 9253', 'Forwarding from [::1]:9253 -> 9253'] },
  ];
};

export const cacheMetrics: LessonStep = {
  number: 19,
  title: "The cache's metrics",
  show: (cluster) => {
    const grep = `-E ${patternOf(cluster, 'coredns_cache_(hits|misses|requests)', `.*${cluster.domain}`)}`;
    if (cluster.mode === 'ipvs') return [...forwardExhibits(cluster), needsIpvsWalk([`${PAGE} | grep ${grep}`])];
    const shown = new RegExp(`^coredns_cache_(?:hits|misses|requests).*${escaped(clusterDns(cluster))}.*${escaped(cluster.domain)}`);
    return [
      ...forwardExhibits(cluster),
      ...samplesOf(beforeRestart(cluster)(19)).map((samples): Exhibit => {
        const of = (metric: string): number => total(samples, metric, serverOf(cluster));
        const requests = of('coredns_cache_requests_total');
        const misses = of('coredns_cache_misses_total');
        return { ...scrapeExhibit(samples, grep, shown), see: `${requests} questions came to ${clusterDns(cluster)}; ${requests - misses} of them were answered from the cache, and for the others somebody was asked.` };
      }),
    ];
  },
};

export const hitsInAction: LessonStep = {
  number: 20,
  title: 'Hits before and after a lookup',
  show: (cluster) => {
    const grep = `"coredns_cache_hits_total.*success.*${cluster.domain}"`;
    if (cluster.mode === 'ipvs') return [needsIpvsWalk([`${PAGE} | grep ${grep}`, nslookupCommand(cluster, 'kubernetes.default')])];
    const shown = new RegExp(`^coredns_cache_hits_total.*success.*${escaped(cluster.domain)}`);
    const outcomes = beforeRestart(cluster)(20);
    const [before = 0, after = 0] = samplesOf(outcomes).map((samples) => total(samples.filter(({ labels }) => labels['type'] === 'success'), 'coredns_cache_hits_total', serverOf(cluster)));
    return [
      ...outcomes.map((outcome): Exhibit => (outcome.kind === 'looked' ? nslookupExhibit(cluster, outcome) : scrapeExhibit(outcome.samples, grep, shown))),
      { commands: [], output: [], see: after > before ? `From ${before} to ${after}: the answer was still cached.` : 'The answer was no longer cached.' },
    ];
  },
};

export const cacheEntries: LessonStep = {
  number: 21,
  title: 'How many answers are cached',
  show: (cluster) => {
    const grep = patternOf(cluster, 'coredns_cache_entries');
    if (cluster.mode === 'ipvs') return [needsIpvsWalk([`${PAGE} | grep ${grep}`])];
    const shown = new RegExp(`^coredns_cache_entries.*${escaped(clusterDns(cluster))}`);
    return samplesOf(beforeRestart(cluster)(21)).map((samples) => ({ ...scrapeExhibit(samples, grep, shown), see: 'Those that have run out are counted until something takes their place.' }));
  },
};
