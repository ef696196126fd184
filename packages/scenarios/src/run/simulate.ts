import type { Effect } from '@nodelocal/dns-cache';
import { printTable, readNode } from '@nodelocal/netfilter-sim';
import type { NodeSnapshot } from '@nodelocal/netfilter-sim';
import { answerAsCoreDns } from '../cluster/coredns.ts';
import { LESSON } from '../cluster/lesson.ts';
import { applySetting } from '../cluster/setting.ts';
import type { Setting } from '../cluster/setting.ts';
import { readResolvConf } from '../resolver/config.ts';
import type { LookupResult } from '../resolver/machine.ts';
import { DELAY_MS } from './delays.ts';
import type { RecordedCache, RecordedEvent, RecordedLine, RecordedLookup, Recording } from './recording.ts';
import { createWorld } from './world.ts';

/** What a run needs from files: the node, its Corefile and its resolv.conf. */
export interface NodeInputs {
  readonly snapshot: NodeSnapshot;
  readonly corefile: string;
  readonly resolvConf: string;
}

export interface Experiment {
  readonly scenario: string;
  readonly setting: Setting;
  /** The names that the pod looks up, one after the other. */
  readonly lookups: readonly string[];
}

/** Replays an experiment on the lesson's cluster. The same seed gives the same recording. */
export const simulate = (experiment: Experiment, inputs: NodeInputs, seed: number): Recording => {
  const { setting } = experiment;
  const { host: found, state } = readNode(inputs.snapshot);
  const host = applySetting(found, setting, LESSON.clusterDns);

  const events: RecordedEvent[] = [];
  const lookups: RecordedLookup[] = [];
  const conntrack: (readonly string[])[] = [];
  const note = (): { readonly atMs: number; readonly lookup: number } => ({ atMs: clock.nowMs, lookup: lookups.length });

  const { clock, pod } = createWorld({
    host,
    state,
    corefile: boundOnly(inputs.corefile, setting),
    resolvConf: inputs.resolvConf,
    pod: { address: LESSON.pod.address, device: LESSON.pod.device, config: readResolvConf(LESSON.resolvConf) },
    uplink: LESSON.uplink,
    servers: [{ actor: 'CoreDNS', addresses: LESSON.coredns, delayMs: DELAY_MS.coreDns, answer: (query) => answerAsCoreDns(LESSON.names, query) }],
    localDns: LESSON.localDns,
    seed,
    record: (packet) => events.push({ ...note(), ...packet }),
    observe: (effect, question) => {
      const seen = recordedOf(effect, question);
      if (seen !== undefined) events.push({ ...note(), ...seen });
    },
  });

  let done = false;
  const lookNext = (): void => {
    const name = experiment.lookups[lookups.length];
    if (name === undefined) {
      done = true;
      return;
    }
    const startedAtMs = clock.nowMs;
    pod.look(name, (result: LookupResult) => {
      lookups.push({ name, startedAtMs, elapsedMs: clock.nowMs - startedAtMs, result });
      conntrack.push(printTable(state.conntrack, state.now));
      clock.at(clock.nowMs + DELAY_MS.betweenLookups, lookNext);
    });
  };
  lookNext();
  clock.run(() => done);
  return { schema: 1, scenario: experiment.scenario, seed, setting, lookups, events, conntrack };
};

/** node-cache cannot listen on an address that the node does not have. */
const boundOnly = (corefile: string, { clusterIpBound }: Setting): string =>
  clusterIpBound ? corefile : corefile.replaceAll(` ${LESSON.clusterDns}`, '');

/** What a metric says, the packets say in more words; and refreshes are the cache's own business, of which misses and stores tell. */
export const recordedOf = (effect: Effect, question: string): RecordedCache | RecordedLine | undefined => {
  if (effect.kind === 'log') return { kind: 'log', line: effect.line };
  if (effect.kind !== 'cache' || effect.outcome === 'refresh' || effect.outcome === 'mismatch') return undefined;
  const store = effect.outcome === 'miss' ? undefined : effect.store;
  return { kind: 'cache', outcome: effect.outcome, store, zone: effect.cache.zone, question };
};
