import type { Address, Host } from '@nodelocal/netfilter-sim';
import { buildNode } from '../node/build.ts';
import type { ScenarioInputs } from '../node/files.ts';
import type { NodePlan } from '../node/plan.ts';
import { planOf } from '../node/plan.ts';
import { ipv4At } from '../node/address.ts';
import { ScenarioError } from '../scenario/error.ts';
import type { Happening } from '../scenario/event.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { DnsServer, Habit } from '../scenario/server.ts';
import type { Timing } from './clock.ts';
import { boundCorefile } from './corefile.ts';

/** Servers that can change. */
interface ChangingServers {
  /** From now on they do other things. */
  readonly change: (habits: readonly Habit[]) => void;
  /** Nobody is at this address any more, or somebody is again. */
  setGone(address: Address, gone: boolean): void;
}

/** Where it happens: in the model, or on the live kernel. */
export interface Stage {
  readonly clock: Timing;
  readonly agent: {
    start(corefile: string): void;
    kill(): void;
  };
  readonly servers: ReadonlyMap<DnsServer['name'], ChangingServers>;
  /** The node is another one from here on; what packets left behind in it stays. */
  setHost(host: Host): void;
  /** kube-proxy deletes the entries of UDP to these endpoints (pkg/proxy/conntrack/cleanup.go, 1.34), and nothing else. */
  forgetFlowsTo(endpoints: ReadonlySet<string>): void;
}

/** Carries out what happens: to the plan of the node, of which the node is built anew, and to its programs. */
export const createHappenings = (scenario: Scenario, inputs: ScenarioInputs, corefile: string, stage: Stage): ((what: Happening, path: string) => void) => {
  const atFirst = planOf(scenario);
  let plan = atFirst;
  const goneEndpoints = new Set<string>();

  const change = (part: Partial<NodePlan>): void => {
    plan = { ...plan, ...part };
    stage.setHost(buildNode(plan, inputs).host);
  };
  const start = (rulesAfterMs: number): void => {
    change({ localAddress: atFirst.localAddress, clusterIp: atFirst.clusterIp });
    const bound = boundCorefile(corefile, plan);
    if (bound !== undefined) stage.agent.start(bound);
    stage.clock.at(stage.clock.nowMs + rulesAfterMs, () => change({ notrack: scenario.cache.notrack }));
  };
  const setAddress = (which: 'local' | 'cluster-ip', there: boolean): void => change(which === 'local' ? { localAddress: there } : { clusterIp: there });
  const setEndpoint = (address: string, gone: boolean, path: string): void => {
    if (gone) goneEndpoints.add(address);
    else goneEndpoints.delete(address);
    for (const servers of stage.servers.values()) servers.setGone(ipv4At(`${path}.address`, address), gone);
  };
  const sync = (path: string): void => {
    if (plan.node.kind === 'folder' && goneEndpoints.size > 0) {
      throw new ScenarioError(path, "a folder's rules know no endpoints; take a node of kind cluster");
    }
    change({ goneEndpoints: [...goneEndpoints], flushed: false });
    stage.forgetFlowsTo(goneEndpoints);
  };
  const serverNamed = (name: DnsServer['name'], path: string): ChangingServers => {
    const found = stage.servers.get(name);
    if (found === undefined) throw new ScenarioError(`${path}.server`, `there is no server "${name}"`);
    return found;
  };

  return (what, path) => {
    switch (what.kind) {
      case 'agent-killed':
        stage.agent.kill();
        return;
      case 'agent-stopped':
        change({ notrack: 'none', localAddress: false, clusterIp: false });
        stage.agent.kill();
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
