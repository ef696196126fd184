import { availableParallelism } from 'node:os';
import process from 'node:process';
import { CorefileError } from '@nodelocal/dns-cache';
import { PAINT, UsageError } from '@nodelocal/netfilter-sim/cli';
import { readText } from '@nodelocal/netfilter-sim/node';
import { Command, Option } from 'commander';
import type { FleetEvent, FleetPlan, Outage, Restart, Writing } from '../fleet/plan.ts';
import { FLEET_DEFAULTS, OUTAGES, RESTARTS, WRITINGS } from '../fleet/plan.ts';
import { fleetReport } from '../fleet/report.ts';
import { describeFleet } from '../fleet/text.ts';
import { createFleetWorld } from '../fleet/world.ts';
import type { ResolverName } from '../scenario/client.ts';
import { RESOLVER_NAMES } from '../scenario/client.ts';
import { runFleet } from './fleet-crew.ts';
import { readDuration, readNumber, readShare } from './fleet-options.ts';
import { print, readLessonNode, readSeed } from './inputs.ts';

interface FleetOptions {
  readonly nodes: number;
  readonly pods: number;
  readonly lookups: number;
  readonly resolver: ResolverName;
  readonly services: number;
  readonly namespaces: number;
  readonly outsideNames: number;
  readonly outsideShare: number;
  readonly zipf: number;
  readonly written: Writing;
  readonly clusterTtl: number;
  readonly outsideTtl: number;
  readonly corednsPods: number;
  readonly corefile?: string;
  readonly duration: number;
  readonly warmUp: number;
  readonly rollout?: Restart;
  readonly every: number;
  readonly gap: number;
  readonly caches: 'kept' | 'lost';
  readonly outage?: Outage;
  readonly for: number;
  readonly noticedAfter: number;
  readonly at: number;
  readonly seed: string;
  readonly threads: number;
  readonly json?: boolean;
}

const MANY = 100_000;
const whole = (flags: string, what: string, value: number, most = MANY): Option => new Option(flags, what).argParser(readNumber(1, most, 'whole')).default(value);
const time = (flags: string, what: string, value: number): Option => new Option(flags, what).argParser(readDuration).default(value, `${value / 1000}s`);

export const fleetCommand = (): Command =>
  new Command('fleet')
    .description('what NodeLocal DNSCache does for a cluster: the real engine on so many nodes, with it and without, on all cores')
    .addOption(whole('--nodes <number>', 'of the cluster', FLEET_DEFAULTS.nodes))
    .addOption(whole('--pods <number>', 'on each node', FLEET_DEFAULTS.podsPerNode, 1000))
    .addOption(new Option('--lookups <rate>', 'of each pod, a second').argParser(readNumber(0.0001, 1000)).default(FLEET_DEFAULTS.lookupsPerSecond))
    .addOption(new Option('--resolver <name>', 'of the pods').choices(RESOLVER_NAMES).default(FLEET_DEFAULTS.resolver))
    .addOption(whole('--services <number>', 'that are looked up', FLEET_DEFAULTS.services))
    .addOption(whole('--namespaces <number>', 'over which pods and Services are spread', FLEET_DEFAULTS.namespaces, 10_000))
    .addOption(new Option('--outside-names <number>', 'that are looked up').argParser(readNumber(0, MANY, 'whole')).default(FLEET_DEFAULTS.outsideNames))
    .addOption(new Option('--outside-share <part>', 'of lookups').argParser(readShare).default(FLEET_DEFAULTS.outsideShare, '20%'))
    .addOption(new Option('--zipf <exponent>', 'how uneven names are; 0: all alike').argParser(readNumber(0, 10)).default(FLEET_DEFAULTS.zipf))
    .addOption(new Option('--written <how>', 'how pods write the name of a Service').choices(WRITINGS).default(FLEET_DEFAULTS.writing))
    .addOption(whole('--cluster-ttl <seconds>', 'of Services', FLEET_DEFAULTS.clusterTtlSeconds, 86_400))
    .addOption(whole('--outside-ttl <seconds>', 'of names outside', FLEET_DEFAULTS.outsideTtlSeconds, 86_400))
    .addOption(whole('--coredns-pods <number>', 'behind kube-dns', FLEET_DEFAULTS.corednsPods, 1000))
    .option('--corefile <file>', "of the agents (default: node-cache's)")
    .addOption(time('--duration <time>', 'of virtual time, with that to warm up', FLEET_DEFAULTS.durationMs))
    .addOption(time('--warm-up <time>', 'that is not counted', FLEET_DEFAULTS.warmUpMs))
    .addOption(new Option('--rollout <how>', 'restart the agents, one node after the other').choices(RESTARTS).conflicts('outage'))
    .addOption(time('--every <time>', 'rollout: from one node to the next', 1000))
    .addOption(time('--gap <time>', 'rollout: until the next agent is there', 3000))
    .addOption(new Option('--caches <what>', 'rollout: what becomes of them').choices(['kept', 'lost']).default('lost'))
    .addOption(new Option('--outage <what>', 'lose a pod of CoreDNS, or the resolver outside').choices(OUTAGES))
    .addOption(time('--for <time>', 'outage: how long', 60_000))
    .addOption(time('--noticed-after <time>', 'outage: until kube-proxy leads nothing to a lost pod any more', 30_000))
    .addOption(time('--at <time>', 'of rollout or outage, behind the time to warm up', 30_000))
    .option('--seed <number>', 'what chance decides: who asks what and when, backends, ports', '1')
    .addOption(whole('--threads <number>', 'to run on; the result is the same for any number', availableParallelism(), 256))
    .option('--json', 'print the report as data, with the counts of every second')
    .action(async (options: FleetOptions, command: Command) => {
      refuseIdle(command, options);
      const plan = planOf(options);
      checkCorefile(plan, options.corefile);
      const report = fleetReport(plan, await runFleet(plan, options.threads, showProgress));
      print(options.json === true ? [JSON.stringify(report)] : [...describeFleet(report, PAINT), '', `seed ${plan.seed}`]);
    });

/** Options of an event, and which events these are. */
const OF_EVENTS = {
  every: ['rollout'],
  gap: ['rollout'],
  caches: ['rollout'],
  for: ['outage'],
  noticedAfter: ['outage'],
  at: ['rollout', 'outage'],
} as const;

/** @throws UsageError for an option of an event that nobody asked for */
const refuseIdle = (command: Command, options: FleetOptions): void => {
  for (const [name, events] of Object.entries(OF_EVENTS)) {
    if (command.getOptionValueSource(name) === 'default' || events.some((event) => options[event] !== undefined)) continue;
    const flag = command.options.find((option) => option.attributeName() === name)?.long ?? name;
    throw new UsageError(`fleet: ${flag} is of ${events.map((event) => `--${event}`).join(' or ')}: give that too`);
  }
};

/** @throws UsageError where times do not fit into each other */
const planOf = (options: FleetOptions): FleetPlan => {
  const { warmUp: warmUpMs, duration: durationMs, corefile } = options;
  const event = eventOf(options);
  const lesson = readLessonNode();
  if (durationMs <= warmUpMs) throw new UsageError(`fleet: nothing is left to count: --duration (${durationMs / 1000}s) is to be longer than --warm-up (${warmUpMs / 1000}s)`);
  if (event.kind !== 'none' && event.startMs >= durationMs) throw new UsageError('fleet: it ends before the event: give --at less, or --duration more');
  if (options.written === 'service' && options.services < options.namespaces) {
    throw new UsageError('fleet: with --written service each namespace needs a Service: give --services more, or --namespaces less');
  }
  return {
    seed: readSeed(options.seed),
    nodes: options.nodes,
    podsPerNode: options.pods,
    lookupsPerSecond: options.lookups,
    resolver: options.resolver,
    services: options.services,
    namespaces: options.namespaces,
    outsideNames: options.outsideNames,
    outsideShare: options.outsideNames === 0 ? 0 : options.outsideShare,
    zipf: options.zipf,
    writing: options.written,
    clusterTtlSeconds: options.clusterTtl,
    outsideTtlSeconds: options.outsideTtl,
    corednsPods: options.corednsPods,
    corefile: corefile === undefined ? lesson.corefile : readText(corefile),
    nodeResolvConf: lesson.resolvConf,
    warmUpMs,
    durationMs,
    event,
  };
};

const eventOf = ({ rollout, outage, warmUp, at, every, gap, caches, noticedAfter, for: lastsMs }: FleetOptions): FleetEvent => {
  const startMs = warmUp + at;
  if (rollout !== undefined) return { kind: 'rollout', restart: rollout, startMs, everyMs: every, gapMs: gap, keepsCaches: caches === 'kept' };
  if (outage !== undefined) return { kind: 'outage', what: outage, startMs, lastsMs, noticedMs: noticedAfter };
  return { kind: 'none' };
};

/** Said once, before any thread runs into it. @throws UsageError */
const checkCorefile = (plan: FleetPlan, file: string | undefined): void => {
  try {
    createFleetWorld(plan);
  } catch (error) {
    if (error instanceof CorefileError) throw new UsageError(`${file ?? ''} ${error.message}`.trim());
    throw error;
  }
};

/** On a terminal only, in one line that is gone in the end. */
const showProgress = (done: number, all: number): void => {
  if (!process.stderr.isTTY) return;
  process.stderr.write(done === all ? '\r\u001B[K' : `\r${done} of ${all} nodes`);
};
