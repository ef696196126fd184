import type { Effect } from '@nodelocal/dns-cache';
import { atMs, printTable, removeEntry } from '@nodelocal/netfilter-sim';
import { LESSON } from '../cluster/lesson.ts';
import { buildNode } from '../node/build.ts';
import type { ScenarioInputs } from '../node/files.ts';
import { folderNamed } from '../node/files.ts';
import { planOf } from '../node/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { checkScenario } from './check.ts';
import { boundCorefile } from './corefile.ts';
import { createEntryLog } from './entries.ts';
import { createHappenings } from './happenings.ts';
import type { RecordedCache, RecordedEvent, RecordedLine, RecordedLookup, Recording } from './recording.ts';
import { countLookups, scheduleLookups } from './schedule.ts';
import type { BegunLookup } from './schedule.ts';
import { createWorld } from './world.ts';

const UDP = 17;

/** Tables of many lookups would be more text than all the rest. */
const TABLES_MAX = 50;

/** A resolver that waits for ever is not waited for longer than that after the last lookup began or ended. */
const LONGEST_MS = 30 * 60_000;

/**
 * Plays a scenario. The same `seed`, a whole number, gives the same recording.
 * @throws ScenarioError where it says what cannot be; InputError, CorefileError for texts in it that cannot be read
 * @throws RangeError for a seed that is none
 */
export const simulate = (scenario: Scenario, inputs: ScenarioInputs, seed: number): Recording => {
  checkScenario(scenario);
  const plan = planOf(scenario);
  const node = buildNode(plan, inputs);
  const { state } = node;
  const folder = folderNamed(inputs, scenario.node.folder);
  const corefile = scenario.cache.corefile ?? folder.corefile;

  const events: RecordedEvent[] = [];
  const lookups: { readonly lookup: RecordedLookup; readonly table: readonly string[] | undefined }[] = [];
  const hasTables = countLookups(scenario.lookups) <= TABLES_MAX;
  const unknown = new Map<number, string>();
  const entries = createEntryLog(state);
  const open = new Map<number, BegunLookup>();
  let latest = 0;
  const note = (lookup = latest): { readonly atMs: number; readonly lookup: number } => ({ atMs: world.clock.nowMs, lookup });

  const world = createWorld({
    ...scenario,
    node,
    resolvConf: scenario.cache.resolvConf ?? folder.resolvConf,
    localDns: LESSON.localDns,
    seed,
    record(event, lookup) {
      events.push({ ...note(lookup), ...event });
      if (event.kind !== 'packet') return;
      const { outcome } = event.journey;
      if (outcome.kind === 'not-modelled' && !unknown.has(lookup ?? latest)) unknown.set(lookup ?? latest, outcome.what);
      entries.see(event.journey, event.from === 'pod' || event.from === 'process' ? event.client : undefined);
    },
    observe(effect, question, lookup) {
      const seen = recordedOf(effect, question);
      if (seen !== undefined) events.push({ ...note(lookup), ...seen });
    },
  });
  const { clock } = world;
  const forgetFlowsTo = (endpoints: ReadonlySet<string>): void => {
    for (const entry of state.conntrack.entries.values()) {
      const isTranslated = entry.status.destinationNat && entry.original.protocol === UDP;
      if (!isTranslated || !endpoints.has(entry.reply.src)) continue;
      removeEntry(state.conntrack, entry);
      entries.deleted(entry.id);
    }
  };
  const happen = createHappenings(scenario, inputs, corefile, { ...world, forgetFlowsTo });
  const bound = boundCorefile(corefile, plan);
  if (scenario.cache.agent === 'running' && bound !== undefined) world.agent.start(bound);
  for (const [at, { atMs: moment, what }] of scenario.events.entries()) {
    clock.at(moment, () => {
      events.push({ ...note(), kind: 'happened', what });
      happen(what, `events[${at}].what`);
    });
  }

  let isOver = false;
  let progressMs = 0;
  const end = ({ number, lookup, name, startedAtMs }: BegunLookup, ended: RecordedLookup['result']): void => {
    const { resolver } = scenario.clients.find((client) => client.name === lookup.client) ?? { resolver: 'glibc' as const };
    const what = unknown.get(number);
    const result = what === undefined ? ended : ({ kind: 'not-known', what } as const);
    state.now = atMs(clock.nowMs);
    lookups.push({
      lookup: { number, client: lookup.client, resolver, name, startedAtMs, elapsedMs: clock.nowMs - startedAtMs, result },
      table: hasTables ? printTable(state.conntrack, state.now) : undefined,
    });
  };
  scheduleLookups({
    clock,
    lookups: scenario.lookups,
    begin(begun, then) {
      latest = begun.number;
      progressMs = clock.nowMs;
      open.set(begun.number, begun);
      world.look(begun.lookup.client, begun.number, { name: begun.name, call: begun.lookup.call }, (result) => {
        open.delete(begun.number);
        progressMs = clock.nowMs;
        end(begun, result);
        then(result);
      });
    },
    done() {
      clock.at(clock.nowMs + scenario.watchedMs, () => {
        isOver = true;
      });
    },
  });
  clock.run(() => isOver || (open.size > 0 && clock.nowMs > progressMs + LONGEST_MS));
  for (const begun of open.values()) end(begun, { kind: 'unfinished' });
  const inOrder = lookups.toSorted((one, other) => one.lookup.number - other.lookup.number);
  return {
    schema: 2,
    scenario: scenario.name,
    seed,
    given: scenario,
    lookups: inOrder.map(({ lookup }) => lookup),
    events,
    conntrack: hasTables ? inOrder.flatMap(({ table }) => (table === undefined ? [] : [table])) : [printTable(state.conntrack, state.now)],
    entries: entries.lives(),
    counters: { ...state.conntrack.counters },
    endedAtMs: clock.nowMs,
  };
};

/** What a metric says, the packets say in more words; and refreshes are the cache's own business, of which misses and stores tell. */
const recordedOf = (effect: Effect, question: string): RecordedCache | RecordedLine | undefined => {
  if (effect.kind === 'log') return { kind: 'log', line: effect.line };
  if (effect.kind !== 'cache' || effect.outcome === 'refresh' || effect.outcome === 'mismatch') return undefined;
  const store = effect.outcome === 'miss' ? undefined : effect.store;
  return { kind: 'cache', outcome: effect.outcome, store, zone: effect.cache.zone, question };
};
