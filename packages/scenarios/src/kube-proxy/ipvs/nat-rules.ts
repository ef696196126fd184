import { localTest, localTraffic } from '../services/local-traffic.ts';
import type { ProxiedNode } from '../services/proxied.ts';
import { masqueradeMark } from './mark.ts';
import type { FilledSets } from './set-match.ts';
import { commentedSetMatch, isFilled, setMatch } from './set-match.ts';
import { setRules } from './set-rules.ts';
import type { SetName } from './sets.ts';

/** What for a cluster address is masqueraded: what does not come from here, so that the answer comes back by this node. */
const clusterRule = (node: ProxiedNode): string => {
  const rule = (fields: 'dst,dst' | 'src,dst', ...words: readonly string[]): string =>
    ['-A KUBE-SERVICES', commentedSetMatch(node.family, 'KUBE-CLUSTER-IP', fields), ...words, '-j KUBE-MARK-MASQ'].join(' ');
  if (node.settings.masqueradeAll) return rule('dst,dst');
  const own = localTraffic(node);
  // The node itself takes an address of kube-ipvs0 for its source, to which no answer would find its way from elsewhere.
  return own === undefined ? rule('src,dst') : rule('dst,dst', localTest(own, 'is-not'));
};

/** Accepted in the nat table is not translated any more; IPVS comes later. */
const externalRules = ({ family }: ProxiedNode, set: SetName): readonly string[] => {
  const rule = `-A KUBE-SERVICES ${commentedSetMatch(family, set, 'dst,dst')}`;
  return [
    ...(set === 'KUBE-EXTERNAL-IP' ? [`${rule} -j KUBE-MARK-MASQ`] : []),
    `${rule} -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT`,
    `${rule} -m addrtype --dst-type LOCAL -j ACCEPT`,
  ];
};

/** In the order in which kube-proxy hands them to iptables-restore (`writeIptablesRules` of proxier.go, 1.34). */
export const natRules = (node: ProxiedNode, sets: FilledSets): readonly string[] => {
  const { family, settings } = node;
  const mark = masqueradeMark(settings);
  const whereFilled = (set: SetName, rules: () => readonly string[]): readonly string[] => (isFilled(sets, set) ? rules() : []);
  const accept = (set: SetName): readonly string[] => whereFilled(set, () => [`-A KUBE-SERVICES ${setMatch(family, set, 'dst,dst')} -j ACCEPT`]);
  return [
    `-A KUBE-SERVICES -s ${family === 'ipv4' ? '127.0.0.0/8' : '::1/128'} -j RETURN`,
    ...setRules('nat', family, sets),
    ...whereFilled('KUBE-CLUSTER-IP', () => [clusterRule(node)]),
    ...whereFilled('KUBE-EXTERNAL-IP', () => externalRules(node, 'KUBE-EXTERNAL-IP')),
    ...whereFilled('KUBE-EXTERNAL-IP-LOCAL', () => externalRules(node, 'KUBE-EXTERNAL-IP-LOCAL')),
    '-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT',
    '-A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ',
    ...accept('KUBE-CLUSTER-IP'),
    ...accept('KUBE-LOAD-BALANCER'),
    `-A KUBE-POSTROUTING -m mark ! --mark ${mark}/${mark} -j RETURN`,
    // Taken off again, lest a packet that comes by a second time is masqueraded once more.
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${mark}`,
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${mark}`,
  ];
};
