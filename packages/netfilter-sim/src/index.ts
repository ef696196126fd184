/**
 * The model: packets, rule sets, connections, a node, and packets on their way through it. Pure: no files, clock or chance of its own.
 * @module @nodelocal/netfilter-sim
 */

// Values: packets, addresses, time, chance, versions.
export * from './packet/address.ts';
export * from './packet/notation.ts';
export * from './packet/packet.ts';
export * from './packet/port.ts';
export * from './packet/prefix.ts';
export * from './packet/print.ts';
export * from './packet/protocol.ts';
export * from './time.ts';
export type { CalendarDate } from './ruleset/iptables/extension/calendar.ts';
export { daysSinceEpoch } from './ruleset/iptables/extension/calendar.ts';
export * from './chance.ts';
export * from './kernel-version.ts';
export * from './error.ts';
export { plainText } from './plain-text.ts';

// Rule sets.
export type { BackEnd, Hook, TableName } from './ruleset/shared/hooks.ts';
export type * from './ruleset/shared/context.ts';
export type * from './ruleset/shared/not-modelled.ts';
export type * from './ruleset/shared/outcome.ts';
export type { Manip, NatRange } from './nat/range.ts';
export type { SetAnswer, SetChange, SetCounterTest, SetDimension, SetReference, SetTest } from './ruleset/shared/set-reference.ts';
export type * from './ruleset/iptables/values/rule-set.ts';
export type { InterfaceTest } from './ruleset/iptables/extension/interface-test.ts';
export type * from './ruleset/iptables/extension/extension.ts';
export { parseRuleSet } from './ruleset/iptables/read/rule-set.ts';
export { restoreInto } from './ruleset/iptables/read/restore.ts';
export type { Match } from './ruleset/iptables/matches/index.ts';
export type { Target } from './ruleset/iptables/targets/index.ts';
export type { IptablesPlace } from './ruleset/iptables/values/place.ts';
export type { PrintOptions } from './ruleset/iptables/print/rule-set.ts';
export { printRule, printRuleSet } from './ruleset/iptables/print/rule-set.ts';
export { describeRule } from './ruleset/iptables/print/describe.ts';
export { applyTarget, ruleMatches } from './ruleset/iptables/evaluate/rule.ts';
export * from './ruleset/iptables/review/limits.ts';
export * from './ruleset/iptables/review/review.ts';

// Sets of addresses, networks and ports.
export type * from './ruleset/ipset/values/set.ts';
export type { SkbInfo } from './ruleset/shared/set-reference.ts';
export type { SetType } from './ruleset/ipset/values/set-type.ts';
export { parseIpSets } from './ruleset/ipset/read/sets.ts';
export { printIpSets } from './ruleset/ipset/print/sets.ts';

// Rule sets of nftables.
export type * from './ruleset/nftables/values/rule-set.ts';
export type * from './ruleset/nftables/values/component.ts';
export type { DataType } from './ruleset/nftables/values/data-type.ts';
export type { Data, NftElement, NftSetReference } from './ruleset/nftables/values/element.ts';
export type * from './ruleset/nftables/values/expression.ts';
export type * from './ruleset/nftables/values/limit.ts';
export type * from './ruleset/nftables/values/statement.ts';
export type * from './ruleset/nftables/values/verdict.ts';
export type { NftPlace } from './ruleset/nftables/values/place.ts';
export { printNftPlace } from './ruleset/nftables/values/place.ts';
export { printNftRule } from './ruleset/nftables/print/rule.ts';
export { readNftables } from './ruleset/nftables/read/rule-set.ts';
export { loadNftables } from './ruleset/nftables/read/load.ts';

// Connections.
export type { Accounting, Carried } from './conntrack/entry/accounting.ts';
export type * from './conntrack/entry/entry.ts';
export type { ConntrackSettings } from './conntrack/entry/settings.ts';
export type { LastSegment, SegmentKind, TcpSide, TcpState, TcpTracking, TcpWindows } from './conntrack/entry/tcp-tracking.ts';
export type * from './conntrack/entry/tuple.ts';
export type { ConntrackCounters, ConntrackState, UnreadConnection, Zone } from './conntrack/table.ts';
export { countEntries, remove as removeEntry } from './conntrack/table.ts';
export type { InvalidReason, TrackInfo } from './conntrack/track.ts';
export { printTable, printTuple } from './conntrack/list.ts';
export { trackingState as tcpState } from './conntrack/entry/entry.ts';
export { CONNTRACK_DEFAULTS } from './conntrack/entry/settings.ts';

// Routing.
export type * from './fib/route.ts';
export type { ChooseHop, DeviceUp, LookupResult, Routing, RoutingError, RoutingKey } from './fib/lookup.ts';
export type { RouteIndex } from './fib/table.ts';
export { lookup as lookupRoute, newRouting } from './fib/lookup.ts';
export type { OutputRoute } from './routing/output.ts';
export { routeOutput } from './routing/output.ts';
export type * from './routing/get.ts';
export { getRoute } from './routing/get.ts';
export type { RouteText } from './routing/text.ts';
export { routeGetText } from './routing/text.ts';

// A host, and packets on their way through it.
export type { History, Host, HostState, Node, Registrant, Socket } from './host/host.ts';
export { newHostState } from './host/host.ts';
export type { Interface, InterfaceAddress } from './host/interface.ts';
export type { DeviceSysctls, Sysctls } from './host/sysctl.ts';
export type { Attachment, Flight, Stage } from './flight/flight.ts';
export { arriving, leaving } from './flight/flight.ts';
export type { HookFunction } from './hooks/order.ts';
export { HOOK_FUNCTIONS } from './hooks/order.ts';
export type { EdgeFunction, NatFunction, NftFunction, ScheduledFunction } from './hooks/schedule.ts';
export { functionsAt } from './hooks/schedule.ts';
export type { Journey, JourneyAmongOthers } from './walk/run.ts';
export { run, runTogether, send } from './walk/run.ts';
export { flightFrom } from './flight/written.ts';
export type { Certainty, Decision, Exploration, ExploreOptions, Possibility } from './walk/explore.ts';
export { certaintyOf, explore } from './walk/explore.ts';
export type { FateDifference } from './walk/compare.ts';
export { compareNodes } from './walk/compare.ts';

// What happened.
export type * from './trace/disposition.ts';
export type * from './trace/step.ts';
export type { Paint } from './trace/paint.ts';
export { PLAIN } from './trace/paint.ts';
export type { TraceLine } from './trace/person.ts';
export { describeStep, describeTrace } from './trace/person.ts';
export { kernelLines, kernelMarks } from './trace/kernel.ts';
export { dispositionSentence } from './trace/sentence.ts';

// A node as its own tools print it.
export type { NodeFile } from './snapshot/file-names.ts';
export { NODE_FILES } from './snapshot/file-names.ts';
export type { Note } from './snapshot/note.ts';
export { printNote } from './snapshot/note.ts';
export type { CapturedNode, NodeOptions, NodeSnapshot } from './snapshot/node.ts';
export { readNode } from './snapshot/node.ts';
export { isReadSysctl } from './snapshot/sysctls.ts';
export { printConntrack, readConntrack } from './snapshot/conntrack.ts';
export { withAddresses } from './snapshot/new-addresses.ts';

// Packets that race.
export * from './race/index.ts';
