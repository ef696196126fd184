// Values: packets, addresses, time, chance, versions.
export * from './packet/address.ts';
export * from './packet/notation.ts';
export * from './packet/packet.ts';
export * from './packet/port.ts';
export * from './packet/prefix.ts';
export * from './packet/protocol.ts';
export * from './time.ts';
export * from './chance.ts';
export * from './kernel-version.ts';
export * from './error.ts';

// Rule sets.
export type * from './ruleset/rule-set.ts';
export type * from './ruleset/evaluation.ts';
export type * from './ruleset/extension.ts';
export { parseRuleSet } from './ruleset/parse.ts';
export { printRule, printRuleSet } from './ruleset/print.ts';
export { describeRule } from './ruleset/describe.ts';
export { applyTarget, ruleMatches } from './ruleset/evaluate.ts';
export * from './ruleset/review.ts';

// Sets of addresses, networks and ports.
export type * from './ruleset/ipset/set.ts';
export type { SetType } from './ruleset/ipset/set-type.ts';
export { parseIpSets } from './ruleset/ipset/parse.ts';
export { printIpSets } from './ruleset/ipset/print.ts';

// Rule sets of nftables.
export type * from './ruleset/nftables/rule-set.ts';
export type * from './ruleset/nftables/element.ts';
export type * from './ruleset/nftables/expression.ts';
export type * from './ruleset/nftables/statement.ts';
export type { NftPlace } from './ruleset/nftables/place.ts';
export { printNftPlace } from './ruleset/nftables/place.ts';
export { printNftRule } from './ruleset/nftables/print.ts';
export { readNftables } from './ruleset/nftables/read.ts';

// Connections.
export type * from './conntrack/entry.ts';
export type * from './conntrack/tuple.ts';
export { printTable } from './conntrack/list.ts';

// Routing.
export type * from './routing/route.ts';
export { newRouting } from './routing/lookup.ts';
export { routeOutput } from './routing/output.ts';
export type * from './routing/get.ts';
export { getRoute } from './routing/get.ts';
export type { RouteText } from './routing/text.ts';
export { routeGetText } from './routing/text.ts';

// A host, and packets on their way through it.
export type { Host, HostState, Node, Registrant, Socket } from './host/host.ts';
export { newHostState } from './host/host.ts';
export type { Interface, InterfaceAddress } from './host/interface.ts';
export type { Flight } from './host/flight.ts';
export { arriving, leaving } from './host/flight.ts';
export { HOOK_FUNCTIONS } from './host/order.ts';
export { functionsAt } from './host/schedule.ts';
export type { Journey } from './host/run.ts';
export { run, send } from './host/run.ts';
export { flightFrom } from './host/written.ts';
export type { Certainty, Decision, Exploration, ExploreOptions, Possibility } from './host/explore.ts';
export { certaintyOf, explore } from './host/explore.ts';
export type { FateDifference } from './host/compare.ts';
export { compareNodes } from './host/compare.ts';

// What happened.
export type * from './trace/disposition.ts';
export type * from './trace/step.ts';
export type { Paint } from './trace/paint.ts';
export { PLAIN } from './trace/paint.ts';
export { describeTrace } from './trace/person.ts';
export { kernelLines, kernelMarks } from './trace/kernel.ts';
export { dispositionSentence } from './trace/sentence.ts';

// A node as its own tools print it.
export type { NodeFile, NodeOptions, NodeSnapshot } from './snapshot/node.ts';
export { NODE_FILES, readNode } from './snapshot/node.ts';
export { printConntrack, readConntrack } from './snapshot/conntrack.ts';

// Packets that race.
export * from './race/index.ts';
