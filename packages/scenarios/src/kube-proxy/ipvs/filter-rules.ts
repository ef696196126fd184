import type { ProxiedNode } from '../services/proxied.ts';
import { isClosedToNode } from './entries.ts';
import type { Front } from './fronts.ts';
import { masqueradeMark } from './mark.ts';
import type { FilledSets } from './set-match.ts';
import { commentedSetMatch, setMatch } from './set-match.ts';
import { setRules } from './set-rules.ts';

/**
 * The source ranges are asked for where packets come in, which the node's own do not: where it is not among them, what it sends
 * to the load balancer is dropped on its way out. Both addresses are then the load balancer's.
 */
const closedRule = ({ address, port, service }: Front): string =>
  `-A KUBE-IPVS-OUT-FILTER -s ${address} -m ipvs --vaddr ${address} --vproto ${service.port.protocol.toLowerCase()} --vport ${port} -j DROP`;

/** In the order in which kube-proxy hands them to iptables-restore (`writeIptablesRules` of proxier.go, 1.34). */
export const filterRules = (node: ProxiedNode, fronts: readonly Front[], sets: FilledSets): readonly string[] => {
  const { family, settings } = node;
  const mark = masqueradeMark(settings);
  const passes = (match: string): string => `-A KUBE-IPVS-FILTER ${match} -j RETURN`;
  return [
    ...setRules('filter', family, sets),
    '-A KUBE-SOURCE-RANGES-FIREWALL -j DROP',
    ...fronts.filter((front) => isClosedToNode(node, front)).map(closedRule),
    `-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark ${mark}/${mark} -j ACCEPT`,
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    `-A KUBE-NODE-PORT ${commentedSetMatch(family, 'KUBE-HEALTH-CHECK-NODE-PORT', 'dst')} -j ACCEPT`,
    // Whatever else listens on the node is not to be met by the addresses of kube-ipvs0, though they are its own.
    passes(setMatch(family, 'KUBE-LOAD-BALANCER', 'dst,dst')),
    passes(setMatch(family, 'KUBE-CLUSTER-IP', 'dst,dst')),
    passes(setMatch(family, 'KUBE-EXTERNAL-IP', 'dst,dst')),
    passes(setMatch(family, 'KUBE-EXTERNAL-IP-LOCAL', 'dst,dst')),
    passes(setMatch(family, 'KUBE-HEALTH-CHECK-NODE-PORT', 'dst')),
    `-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW ${setMatch(family, 'KUBE-IPVS-IPS', 'dst')} -j REJECT`,
  ];
};
