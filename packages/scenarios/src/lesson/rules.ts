import { ipvsTexts } from '../kube-proxy/ipvs/texts.ts';
import type { LessonCluster } from './model/cluster.ts';
import { ipvsOf, nodeWithCache } from './model/node.ts';
import { testNode } from './model/pods.ts';
import { clusterDns } from './model/services.ts';
import { ruleLines } from './print/rules.ts';
import type { Exhibit, LessonStep } from './step.ts';

/** Lines with one of these texts in it, as `grep` finds them. */
const grep = (lines: readonly string[], ...texts: readonly string[]): readonly string[] => lines.filter((line) => texts.some((text) => line.includes(text)));

const inContainer = (cluster: LessonCluster, command: string): string => `docker exec ${testNode(cluster)} ${command}`;

const addressesOf = (cluster: LessonCluster): readonly string[] => [cluster.localDns, clusterDns(cluster)];

const pattern = (cluster: LessonCluster): string => `grep -E "${addressesOf(cluster).join('|')}"`;

/** What to say besides in IPVS mode. */
const leftToIpvs = (cluster: LessonCluster): string => `None is for ${clusterDns(cluster)}, which is left to IPVS.`;

export const rawRules: LessonStep = {
  number: 14,
  title: 'Rules that keep DNS out of conntrack',
  show: (cluster) => [
    {
      commands: [inContainer(cluster, `iptables -t raw -S | ${pattern(cluster)}`)],
      output: grep(ruleLines(nodeWithCache(cluster).host, 'raw'), ...addressesOf(cluster)),
      see: ['Questions are kept out by --dport, and answers of the cache by --sport.', ...(cluster.mode === 'ipvs' ? [leftToIpvs(cluster)] : [])].join(' '),
    },
  ],
};

/** The set of addresses and ports of Services. */
const SET = 'KUBE-CLUSTER-IP';

const COMMENT = 'kube-dns:dns cluster IP';

const natCommand = (cluster: LessonCluster): string => inContainer(cluster, `iptables -t nat -S | grep "${COMMENT}" | head -2`);

/** What kube-proxy in IPVS mode has in the place of rules for each Service. */
const virtualServers = (cluster: LessonCluster, nat: readonly string[]): readonly Exhibit[] => {
  const { ipset, ipvsadm } = ipvsTexts(ipvsOf(cluster), undefined);
  const own = clusterDns(cluster);
  return [
    { commands: [inContainer(cluster, `ipvsadm -Sn | grep " ${own}:53 "`)], output: grep(ipvsadm.split('\n'), ` ${own}:53 `), see: 'A virtual server for each protocol takes the place of the rules.' },
    { commands: [inContainer(cluster, `iptables -t nat -S | grep ${SET}`)], output: grep(nat, SET) },
    { commands: [inContainer(cluster, `ipset save | grep " ${own},"`)], output: grep(ipset.split('\n'), ` ${own},`), see: 'These rules know all the Services by a set.' },
  ];
};

export const proxyRules: LessonStep = {
  number: 15,
  title: "kube-proxy's rules for kube-dns",
  show: (cluster) => {
    const rules = ruleLines(nodeWithCache(cluster).host, 'nat');
    const nat: Exhibit = { commands: [natCommand(cluster)], output: grep(rules, COMMENT).slice(0, 2) };
    switch (cluster.mode) {
      case 'iptables':
        return [{ ...nat, see: 'They are there as before, and no packet meets them that is not tracked.' }];
      case 'ipvs':
        return [{ ...nat, see: 'There is none.' }, ...virtualServers(cluster, rules)];
    }
  },
};

export const inputRules: LessonStep = {
  number: 17,
  title: 'Rules that let DNS in',
  show: (cluster) => [
    {
      commands: [inContainer(cluster, `iptables -S INPUT | ${pattern(cluster)}`)],
      output: grep(ruleLines(nodeWithCache(cluster).host, 'filter'), ...addressesOf(cluster)).filter((line) => line.startsWith('-A INPUT ')),
      ...(cluster.mode === 'ipvs' ? { see: leftToIpvs(cluster) } : {}),
    },
  ],
};
