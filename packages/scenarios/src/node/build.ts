import { isReadSysctl, readKernelVersion, readNode, withAddresses } from '@nodelocal/netfilter-sim';
import type { Address, Host, Node, NodeSnapshot, RuleSet } from '@nodelocal/netfilter-sim';
import { LESSON } from '../cluster/lesson.ts';
import { isOfCache, withoutAddress, withoutRules } from '../cluster/setting.ts';
import { NoSuchNodeError } from '../kube-proxy/services/proxied.ts';
import { ProxyFlagError } from '../kube-proxy/settings/read-flags.ts';
import { ScenarioError } from '../scenario/error.ts';
import { ipv4At } from './address.ts';
import { allCacheRules, withCacheRules } from './cache-rules.ts';
import type { ScenarioInputs } from './files.ts';
import { folderNamed, objectsNamed } from './files.ts';
import { withoutEndpoints, withoutUpstream } from './objects.ts';
import type { NodePlan } from './plan.ts';
import { withPod } from './pods.ts';
import { nodeWithProxy, restored } from './proxy.ts';

/**
 * The node that a plan says: what others wrote, then the cache's rules on top of it, then what was added since. Its own programs'
 * sockets at the cache's addresses are left out: programs open these themselves.
 * @throws ScenarioError, InputError
 */
export const buildNode = (plan: NodePlan, inputs: ScenarioInputs): Node => {
  const { host: found, state } = nodeBefore(plan, inputs);
  const others = plan.rules.reduce((host, text, at) => restored(host, text, `rules[${at}]`), found);
  const kept = plan.flushed ? flushed(others) : others;
  const cached = withRules(plan.node.kind === 'folder' ? kept : restored(kept, allCacheRules(cacheAddresses), 'node-cache'), (rules) => withCacheRules(rules, plan.notrack));
  const added = plan.added.reduce((host, { path, text }) => restored(host, text, path), cached);
  return { host: withoutCacheSockets(withClients(withCacheAddresses(added, plan), plan)), state };
};

const cacheAddresses: readonly Address[] = [LESSON.localDns, LESSON.clusterDns];

const nodeBefore = ({ node, kernel, sysctls, upstreamService, goneEndpoints }: NodePlan, inputs: ScenarioInputs): Node => {
  const kernelVersion = readKernelVersion(kernel);
  if (kernelVersion === undefined) throw new ScenarioError('kernel', `"${kernel}" is no release of Linux; write 6.18`);
  const snapshot = withSysctls(folderNamed(inputs, node.folder).snapshot, sysctls);
  switch (node.kind) {
    case 'folder': {
      const read = readNode(snapshot, { kernelVersion });
      if (upstreamService) return read;
      return { ...read, host: withRules(read.host, (rules) => withoutRules(rules, ({ destination }) => destination?.address === LESSON.upstreamDns)) };
    }
    case 'cluster': {
      const objects = withoutEndpoints(objectsNamed(inputs, node.objects), goneEndpoints);
      try {
        return nodeWithProxy(node, upstreamService ? objects : withoutUpstream(objects), snapshot, { kernelVersion });
      } catch (error) {
        if (error instanceof NoSuchNodeError) throw new ScenarioError('node.node', error.message);
        throw error instanceof ProxyFlagError ? new ScenarioError('node.proxyFlags', error.message) : error;
      }
    }
  }
};

const withSysctls = (snapshot: NodeSnapshot, sysctls: Readonly<Record<string, string>>): NodeSnapshot => {
  for (const [name, value] of Object.entries(sysctls)) {
    if (!isReadSysctl(name)) throw new ScenarioError('sysctls', `the model has no ${name}: nothing would come of it`);
    if (!/^\d{1,10}$/.test(value)) throw new ScenarioError('sysctls', `${name}: expected a whole number, not "${value}"`);
  }
  const lines = Object.entries(sysctls).map(([name, value]) => `${name} = ${value}`);
  return { ...snapshot, contents: { ...snapshot.contents, 'sysctl.txt': [snapshot.contents['sysctl.txt'] ?? '', ...lines, ''].join('\n') } };
};

const withRules = (host: Host, change: (rules: RuleSet) => RuleSet): Host => ({ ...host, ruleSets: { ...host.ruleSets, ipv4: change(host.ruleSets.ipv4) } });

/** What is the cache's in a folder stays: that is said by the plan's `notrack`. */
const flushed = (host: Host): Host => withRules(host, (rules) => withoutRules(rules, (rule) => !isOfCache(rule)));

/** A folder may have the addresses already; then they can only be missing. */
const withCacheAddresses = (host: Host, { node, localAddress, clusterIp }: NodePlan): Host => {
  const wanted = [...(localAddress ? [LESSON.localDns] : []), ...(clusterIp ? [LESSON.clusterDns] : [])];
  const isOnCacheDevice = (address: Address): boolean => host.interfaces.some(({ name, addresses }) => name === LESSON.cacheDevice && addresses.some((own) => own.address === address));
  const missing = cacheAddresses.filter((address) => !wanted.includes(address) && isOnCacheDevice(address));
  const without = missing.reduce(withoutAddress, host);
  return node.kind === 'folder' || wanted.length === 0 ? without : withAddresses(without, LESSON.cacheDevice, wanted);
};

const withClients = (host: Host, { clients }: NodePlan): Host =>
  clients.reduce((now, { at }, index) => (at.kind === 'pod' ? withPod(now, ipv4At(`clients[${index}].at.address`, at.address), at.device) : now), host);

const withoutCacheSockets = (host: Host): Host => ({
  ...host,
  sockets: host.sockets?.filter(({ address }) => !cacheAddresses.some((own) => own === address)),
});
