import { removeEntry } from '@nodelocal/netfilter-sim';
import type { HostState } from '@nodelocal/netfilter-sim';
import { buildNode } from '../node/build.ts';
import type { ScenarioInputs } from '../node/files.ts';
import type { NodePlan } from '../node/plan.ts';
import { planOf } from '../node/plan.ts';
import { ipv4At } from '../node/address.ts';
import { ScenarioError } from '../scenario/error.ts';
import type { Happening } from '../scenario/event.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { DnsServer } from '../scenario/server.ts';
import { boundCorefile } from './corefile.ts';
import type { DnsServers } from './dns-servers.ts';
import type { EntryLog } from './entries.ts';
import type { World } from './world.ts';

const UDP = 17;

/** Carries out what happens: to the plan of the node, of which the node is built anew, and to its programs. */
export const createHappenings = (scenario: Scenario, inputs: ScenarioInputs, corefile: string, state: HostState, world: World, entries: EntryLog): ((what: Happening, path: string) => void) => {
  const atFirst = planOf(scenario);
  let plan = atFirst;
  const goneEndpoints = new Set<string>();

  const change = (part: Partial<NodePlan>): void => {
    plan = { ...plan, ...part };
    world.setHost(buildNode(plan, inputs).host);
  };
  const start = (rulesAfterMs: number): void => {
    change({ localAddress: atFirst.localAddress, clusterIp: atFirst.clusterIp });
    world.agent.start(boundCorefile(corefile, plan));
    world.clock.at(world.clock.nowMs + rulesAfterMs, () => change({ notrack: scenario.cache.notrack }));
  };
  const setAddress = (which: 'local' | 'cluster-ip', there: boolean): void => change(which === 'local' ? { localAddress: there } : { clusterIp: there });
  const setEndpoint = (address: string, gone: boolean, path: string): void => {
    if (gone) goneEndpoints.add(address);
    else goneEndpoints.delete(address);
    for (const servers of world.servers.values()) servers.setGone(ipv4At(`${path}.address`, address), gone);
  };
  const sync = (path: string): void => {
    if (plan.node.kind === 'folder' && goneEndpoints.size > 0) {
      throw new ScenarioError(path, "a folder's rules know no endpoints; take a node of kind cluster");
    }
    change({ goneEndpoints: [...goneEndpoints], flushed: false });
    // As kube-proxy's conntrack reconciler does (pkg/proxy/conntrack/cleanup.go, 1.34): of UDP, and of nothing else.
    for (const entry of state.conntrack.entries.values()) {
      const isTranslated = entry.status.destinationNat && entry.original.protocol === UDP;
      if (!isTranslated || !goneEndpoints.has(entry.reply.src)) continue;
      removeEntry(state.conntrack, entry);
      entries.deleted(entry.id);
    }
  };
  const serverNamed = (name: DnsServer['name'], path: string): DnsServers => {
    const found = world.servers.get(name);
    if (found === undefined) throw new ScenarioError(`${path}.server`, `there is no server "${name}"`);
    return found;
  };

  return (what, path) => {
    switch (what.kind) {
      case 'agent-killed':
        world.agent.kill();
        return;
      case 'agent-stopped':
        change({ notrack: 'none', localAddress: false, clusterIp: false });
        world.agent.kill();
        return;
      case 'agent-started':
        start(what.rulesAfterMs);
        return;
      case 'cache-rules':
        change({ notrack: what.are });
        return;
      case 'rules-flushed':
        change({ notrack: 'none', flushed: true, added: [] });
        return;
      case 'rules-added':
        change({ added: [...plan.added, { path: `${path}.text`, text: what.text }] });
        return;
      case 'address-removed':
        setAddress(what.which, false);
        return;
      case 'address-added':
        setAddress(what.which, true);
        return;
      case 'endpoint-gone':
        setEndpoint(what.address, true, path);
        return;
      case 'endpoint-back':
        setEndpoint(what.address, false, path);
        return;
      case 'kube-proxy-synced':
        sync(path);
        return;
      case 'server-changes':
        serverNamed(what.server, path).change(what.habits);
    }
  };
};
