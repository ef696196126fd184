/**
 * Clusters, resolvers, experiments, doctor and report: what needs both the model and the cache.
 * @module @nodelocal/scenarios
 */

// Scenarios, and how to run one.
export type * from './scenario/scenario.ts';
export type * from './scenario/incident.ts';
export type * from './scenario/node-source.ts';
export type { CacheParts, NotrackRules } from './scenario/cache-parts.ts';
export { NO_CACHE, WHOLE_CACHE } from './scenario/cache-parts.ts';
export type { Client, ClientPlace, ResolverName } from './scenario/client.ts';
export { RESOLVER_NAMES } from './scenario/client.ts';
export type * from './scenario/server.ts';
export type * from './scenario/links.ts';
export type * from './scenario/lookup.ts';
export type * from './scenario/event.ts';
export type { Answerer, Counted, Expectation, LossCause } from './scenario/expectation.ts';
export { COUNTED } from './scenario/expectation.ts';
export { ScenarioError } from './scenario/error.ts';
export { LESSON_SCENARIO, WITHOUT_CACHE } from './cluster/lesson-scenario.ts';
export { CATALOGUE, scenarioNamed } from './catalogue/index.ts';
export type * from './run/recording.ts';
export type { NodeInputs, ScenarioInputs } from './node/files.ts';
export { simulate } from './run/simulate.ts';
export type { Verdict } from './verdict/judge.ts';
export { judge } from './verdict/judge.ts';

// Scenarios as files.
export type { Path, Places } from './file/places.ts';
export type { ReadScenario } from './file/read-scenario.ts';
export { readScenario } from './file/read-scenario.ts';
export { placeError } from './file/place-error.ts';
export { printScenario } from './file/print-scenario.ts';
export { scenarioSchema } from './file/json-schema.ts';

// What they are made of.
export type { Setting } from './cluster/setting.ts';
export { applySetting } from './cluster/setting.ts';
export type { ResolverConfig } from './resolver/config.ts';
export { readResolvConf } from './resolver/config.ts';
export type { Candidate } from './resolver/candidates.ts';
export type * from './resolver/machine.ts';
export type { Query, Reply } from './resolver/query.ts';
export type { Lookup, LookupStep } from './resolver/glibc/lookup.ts';
export { startLookup } from './resolver/glibc/search.ts';
export { stepLookup } from './resolver/glibc/reply.ts';
export { glibcResolver } from './resolver/glibc/index.ts';
export type { MuslLookup } from './resolver/musl/lookup.ts';
export { muslResolver, muslTcpResolver } from './resolver/musl/index.ts';
export type { GoExchange, GoOutcome } from './resolver/go/exchange.ts';
export type { GoLookup } from './resolver/go/lookup.ts';
export { goResolver } from './resolver/go/index.ts';
export type { CaresLookup, CaresOutcome, CaresQuery } from './resolver/c-ares/lookup.ts';
export { caresResolver, debianNodeResolver } from './resolver/c-ares/index.ts';
export type { NodeConnection, NodeLookup, NodeOutcome, NodeQuery } from './resolver/node/lookup.ts';
export { nodeResolver } from './resolver/node/index.ts';

// A cluster's objects, and what kube-proxy writes of them on a node.
export type * from './kubernetes/objects.ts';
export { readKubernetesObjects } from './kubernetes/read-objects.ts';
export type * from './kube-proxy/settings/settings.ts';
export { ProxyFlagError, readProxyFlags } from './kube-proxy/settings/read-flags.ts';
export type { Endpoint } from './kube-proxy/services/endpoint.ts';
export type { ProxiedPort } from './kube-proxy/services/service-port.ts';
export type { Traffic } from './kube-proxy/services/traffic.ts';
export type { ProxiedNode, ProxiedService } from './kube-proxy/services/proxied.ts';
export { NoSuchNodeError, proxiedNode } from './kube-proxy/services/proxied.ts';
export { writeIptables } from './kube-proxy/iptables/write.ts';
export type { ProxiedFamilies } from './kube-proxy/nftables/write.ts';
export { writeNftables } from './kube-proxy/nftables/write.ts';
export type { FilledSet } from './kube-proxy/ipvs/sets.ts';
export type { RealServer, VirtualServer } from './kube-proxy/ipvs/servers.ts';
export type { IpvsWritten } from './kube-proxy/ipvs/write.ts';
export { writeIpvs } from './kube-proxy/ipvs/write.ts';
export type { IpvsTexts } from './kube-proxy/ipvs/texts.ts';
export { ipvsTexts, printIpvs } from './kube-proxy/ipvs/texts.ts';

// A cluster's worth of nodes.
export type { FleetEvent, FleetPlan, Outage, Restart, Writing } from './fleet/plan.ts';
export { FLEET_DEFAULTS } from './fleet/plan.ts';
export type { FleetCount, Series, Tally } from './fleet/tally.ts';
export { addTallies } from './fleet/tally.ts';
export type { Window } from './fleet/windows.ts';
export type { ClusterNames } from './cluster/coredns.ts';
export type { OutsideNames } from './cluster/outside.ts';
export type { Answers } from './fleet/answers.ts';
export type { FleetNames } from './fleet/names.ts';
export type { FleetWorld } from './fleet/world.ts';
export { createFleetWorld } from './fleet/world.ts';
export type { Way } from './fleet/node.ts';
export { runNode } from './fleet/node.ts';
export type { Flow, Flows } from './fleet/flows.ts';
export { createFlows } from './fleet/flows.ts';
export type { Zipf } from './fleet/zipf.ts';
export { zipf } from './fleet/zipf.ts';
export type { FleetReport, WindowFigures } from './fleet/figures.ts';
export { fleetReport } from './fleet/report.ts';
export { describeFleet } from './fleet/text.ts';

// What they come to.
export type { EntryPoint, Pressure } from './measure/entries.ts';
export type { Latency } from './measure/latency.ts';
export { countsOf } from './measure/counts.ts';
export type { Variant } from './compare/variant.ts';
export { VARIANTS, withVariant } from './compare/variant.ts';
export type { Measured, MeasuredTable } from './compare/measured.ts';
export type { Compared, Comparison } from './compare/comparison.ts';
export { compareParts, compareScenarios, play } from './compare/comparison.ts';
export { describeComparison, describeSideBySide } from './compare/text.ts';
export type { Facts } from './report/facts.ts';
export { factsOf } from './report/facts.ts';
export type * from './report/story/way.ts';
export type * from './report/story/story.ts';
export type * from './report/story/race-story.ts';
export type { ToldComparison } from './report/story/tell.ts';
export { tellComparison } from './report/story/tell.ts';
export type { RaceExperiment } from './races/experiment.ts';
export { tellRace } from './report/story/tell-race.ts';
export type { PageData } from './report/page/data.ts';
export { drawReport } from './report/page/document.ts';
export { recordingSentence } from './report/sentence.ts';
export { compareRecordings, describeRecording } from './report/text.ts';

// What will happen on a node once the cache is there.
export type { Pod, PreflightPlan, Transaction } from './preflight/node/plan.ts';
export type * from './preflight/way/passage.ts';
export type { Asker, LegName, Question } from './preflight/way/question.ts';
export type { Exchange, ExchangeResult, Leg } from './preflight/way/exchange.ts';
export type { Finding } from './preflight/findings/index.ts';
export type { AddressTaken, IpvsMode } from './preflight/findings/address-taken.ts';
export type { Bystander } from './preflight/findings/bystander.ts';
export type { DecidesBefore } from './preflight/findings/decides-before.ts';
export type { LeftBehind } from './preflight/findings/left-behind.ts';
export type { OpenConnections } from './preflight/findings/open-connections.ts';
export type { RoutedElsewhere } from './preflight/findings/routed-elsewhere.ts';
export type { SocketTaken } from './preflight/findings/socket-taken.ts';
export type * from './preflight/report.ts';
export { preflight } from './preflight/examine.ts';
export { describePreflight } from './preflight/words/report.ts';

// What is wrong on a node that has one, and what mends it.
export type { DoctorPlan } from './doctor/scene/plan.ts';
export type { Command } from './doctor/scene/command.ts';
export type { Harm } from './doctor/scene/harm.ts';
export type { Fault } from './doctor/diagnoses/index.ts';
export type { AddressMissing } from './doctor/diagnoses/address-missing.ts';
export type { AddressOfIpvs } from './doctor/diagnoses/address-of-ipvs.ts';
export type { Blocked } from './doctor/diagnoses/blocked.ts';
export type { LeftEntries } from './doctor/diagnoses/left-entries.ts';
export type { NoAddress } from './doctor/diagnoses/no-address.ts';
export type { NotListening, WantedSocket } from './doctor/diagnoses/not-listening.ts';
export type { OtherBackEnd } from './doctor/diagnoses/other-back-end.ts';
export type { ReversePath } from './doctor/diagnoses/reverse-path.ts';
export type { Overruled } from './doctor/diagnoses/overruled.ts';
export type { RoutedElsewhere as RoutedAway } from './doctor/diagnoses/routed-elsewhere.ts';
export type { RulesDoubled } from './doctor/diagnoses/rules-doubled.ts';
export type { RulesMissing } from './doctor/diagnoses/rules-missing.ts';
export type { RulesStale } from './doctor/diagnoses/rules-stale.ts';
export type { Unexplained } from './doctor/diagnoses/unexplained.ts';
export type { Upstream } from './doctor/diagnoses/upstream.ts';
export type { Unknown } from './doctor/unknown.ts';
export type * from './doctor/report.ts';
export { doctor } from './doctor/examine.ts';
export { describeDoctor } from './doctor/words/report.ts';

// A capture of a node, packet by packet.
export { CaptureError } from './capture/error.ts';
export type { Direction } from './capture/link.ts';
export type { CapturedEnd, CapturedPacket, Content, Quoted, Segment } from './capture/packet.ts';
export type { Capture } from './capture/packets.ts';
export { readCapture } from './capture/packets.ts';
export type { Spoken } from './capture/dns/spoken.ts';
export { spokenIn } from './capture/dns/spoken.ts';
export type { CapturedQuestion, Questions } from './capture/dns/questions.ts';
export { questionsIn } from './capture/dns/questions.ts';
export type { Oddity } from './capture/dns/oddities.ts';
export { odditiesOf } from './capture/dns/oddities.ts';
export type { Place } from './doctor/capture/device.ts';
export type { CaptureReport, ExplainedPacket, Further, Modelled } from './doctor/capture/explain.ts';
export { explainCapture } from './doctor/capture/explain.ts';
export { describeCapture } from './doctor/words/capture.ts';

// A scenario on the live kernel, beside the model.
export type { Machine } from './kernel/playable.ts';
export { whyNotPlayable } from './kernel/playable.ts';
export type { Counts, View, ViewedLookup } from './kernel/view.ts';
export { modelView } from './kernel/model-view.ts';
export type { HeardQuery, KernelObserved } from './kernel/kernel-view.ts';
export { kernelView } from './kernel/kernel-view.ts';
export type { KernelRow } from './kernel/compare.ts';
export { compareViews } from './kernel/compare.ts';
export { describeCompared } from './kernel/text.ts';
