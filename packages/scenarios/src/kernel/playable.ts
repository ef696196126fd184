import { buildNode } from '../node/build.ts';
import type { ScenarioInputs } from '../node/files.ts';
import { planOf } from '../node/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What a scenario has that namespaces of this machine do not. */
export interface Machine {
  /** `6.18`: its own release. */
  readonly kernel: string;
}

/** Those that `ip` itself makes: of the local table, the main one and the default one. */
const USUAL_RULES = 3;

/** Of a namespace, and not of the whole machine. */
const OWN_SYSCTLS = /^net\.(ipv4\.(ip_forward|conf\.)|netfilter\.nf_conntrack_(udp|tcp|icmp|generic)_)/;

/**
 * Why a scenario cannot be played on the live kernel: every reason, none where it can.
 * @throws ScenarioError where it says what cannot be
 */
export const whyNotPlayable = (scenario: Scenario, inputs: ScenarioInputs, machine: Machine): readonly string[] => {
  const { host } = buildNode(planOf(scenario), inputs);
  const { node, kernel, sentAtOnce, sysctls, clients, servers, links, cache, events } = scenario;
  const other = clients.filter(({ resolver }) => resolver !== 'glibc');
  const local = servers.filter(({ at }) => at.kind !== 'elsewhere');
  const isLossy = [links.pod, links.uplink].some(({ lossShare, largestBytes }) => lossShare > 0 || largestBytes !== undefined);
  const shared = Object.keys(sysctls).filter((name) => !OWN_SYSCTLS.test(name));
  return [
    ...(kernel === machine.kernel ? [] : [`it is about Linux ${kernel}, and this machine has ${machine.kernel}`]),
    ...(sentAtOnce === 'interleaved' ? ['its packets are handled in an order of moves that no program can ask of a kernel'] : []),
    ...(node.kind === 'cluster' && node.proxyMode !== 'iptables' ? [`kube-proxy is in ${node.proxyMode} mode there; rules of iptables are played alone`] : []),
    ...[...new Set(other.map(({ resolver }) => resolver))].map((resolver) => `the resolver of ${resolver} is not on this machine`),
    ...(local.length > 0 ? [`${local.map(({ name }) => name).join(' and ')} is on the node itself; servers are played elsewhere alone`] : []),
    ...(isLossy ? ['its links lose packets, by chance or by their length'] : []),
    ...shared.map((name) => `${name} is of the whole machine, not of a namespace`),
    ...(events.some(({ what }) => what.kind === 'endpoint-gone') && servers.some((server) => server.addresses.length > 1)
      ? ['which server a flow is sent to is chance, in the model and in the kernel, and one of them is gone']
      : []),
    ...(host.routing.ipv4.rules.length > USUAL_RULES ? ['its node routes by rules of its own'] : []),
    ...(host.interfaces.some(({ link }) => link?.master !== undefined) ? ['its node has a bridge with ports, or a VRF'] : []),
    ...(cache.corefile !== undefined && /\btls:\/\//.test(cache.corefile) ? ['its cache asks over TLS'] : []),
  ];
};
