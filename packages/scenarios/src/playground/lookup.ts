import { InputError, printTable } from '@nodelocal/netfilter-sim';
import type { Address, CapturedNode, Host, HostState, Rule } from '@nodelocal/netfilter-sim';
import { podResolvConf } from '../cluster/kubelet.ts';
import type { Setting } from '../cluster/setting.ts';
import type { Story } from '../report/story/story.ts';
import { tellStory } from '../report/story/tell.ts';
import { readResolvConf } from '../resolver/config.ts';
import { DELAY_MS } from '../run/delays.ts';
import type { RecordedEvent, RecordedLookup } from '../run/recording.ts';
import { recordedOf } from '../run/simulate.ts';
import { createWorld } from '../run/world.ts';
import { answering, answerOutside, surroundingsOf } from './surroundings.ts';
import type { AskedName, Surroundings } from './surroundings.ts';
import { withoutCache } from './without-cache.ts';

/** The second time an answer can come from a cache. */
const LOOKUPS = 2;

/** Listens nowhere that anybody asks: what a node's own socket would say is not told. */
const NO_COREFILE = '.:65053 {\n}\n';

/** A name looked up twice by a pod of the node, and beside that the same without the node's cache. */
export const lookUp = (node: CapturedNode, asked: AskedName, seed: number, fresh: () => HostState): { readonly stories: readonly Story[]; readonly notes: readonly string[] } => {
  if (!/^(?!.*\.\.)[a-z0-9_.-]{1,253}$/i.test(asked.name)) {
    throw new InputError({ file: 'the name to look up', line: 1, column: 1 }, `"${asked.name}" is no name`, 'write it like kubernetes.default or example.com');
  }
  const around = surroundingsOf(node, asked);
  if (around === undefined) {
    throw new InputError({ file: 'ip-route.json', line: 1, column: 1 }, 'no pod is found on this node that could look a name up', 'add ip-addr.json, ip-link.json and ip-route.json, or walk a packet instead');
  }
  const bare = withoutCache(node);
  return {
    stories: [replay(node.host, fresh(), asked, around, seed, 'on this node'), ...(bare === undefined ? [] : [replay(bare.host, fresh(), { ...asked, corefile: undefined }, around, seed, 'without NodeLocal DNSCache')])],
    notes: around.notes,
  };
};

const replay = (host: CapturedNode['host'], state: HostState, asked: AskedName, around: Surroundings, seed: number, scenario: string): Story => {
  const events: RecordedEvent[] = [];
  const lookups: RecordedLookup[] = [];
  const conntrack: (readonly string[])[] = [];
  const note = (): { readonly atMs: number; readonly lookup: number } => ({ atMs: clock.nowMs, lookup: lookups.length });
  const config = readResolvConf(podResolvConf('default', { servers: [around.clusterDns], domain: 'cluster.local' }));
  const { clock, pod } = createWorld({
    host,
    state,
    corefile: asked.corefile ?? NO_COREFILE,
    resolvConf: asked.resolvConf ?? '',
    pod: { ...around.pod, config },
    uplink: around.uplink,
    servers: [
      { actor: 'CoreDNS', addresses: around.coredns, delayMs: DELAY_MS.coreDns, answer: answering(asked.name) },
      { actor: 'gateway', addresses: around.resolvers, delayMs: DELAY_MS.outside, answer: answerOutside(asked.name) },
    ],
    localDns: around.clusterDns,
    seed,
    record: (packet) => events.push({ ...note(), ...packet }),
    observe: (effect, question) => {
      const seen = recordedOf(effect, question);
      if (seen !== undefined) events.push({ ...note(), ...seen });
    },
  });
  const lookNext = (): void => {
    if (lookups.length === LOOKUPS) return;
    const startedAtMs = clock.nowMs;
    pod.look(asked.name, (result) => {
      lookups.push({ name: asked.name, startedAtMs, elapsedMs: clock.nowMs - startedAtMs, result });
      conntrack.push(printTable(state.conntrack, state.now));
      clock.at(clock.nowMs + DELAY_MS.betweenLookups, lookNext);
    });
  };
  lookNext();
  clock.run(() => lookups.length === LOOKUPS);
  return tellStory({ schema: 1, scenario, seed, setting: settingOf(host, around.clusterDns), lookups, events, conntrack });
};

const settingOf = ({ interfaces, ruleSets }: Host, clusterDns: Address): Setting => ({
  notrackRules: [...(ruleSets.ipv4.tables.get('raw')?.chains.values() ?? [])].some(({ rules }) => rules.some(isNotrack)),
  clusterIpBound: interfaces.some(({ addresses }) => addresses.some(({ address }) => address === clusterDns)),
});

const isNotrack = ({ target }: Rule): boolean => target.kind === 'extension' && (target.target.kind === 'NOTRACK' || (target.target.kind === 'CT' && target.target.notrack));
