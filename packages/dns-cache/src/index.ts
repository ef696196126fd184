/**
 * The name server without sockets: Corefiles, queries and events in, effects out.
 * @module @nodelocal/dns-cache
 */

// A Corefile, read.
export type { CorefileOptions } from './configuration/corefile.ts';
export { parseCorefile } from './configuration/corefile.ts';
export { LATER_DIRECTIVES } from './plugins/index.ts';
export type { Position } from './corefile/error.ts';
export { CorefileError } from './corefile/error.ts';
export type { ReadOptions } from './corefile/blocks.ts';
export type { Entry, RawBlock } from './corefile/grammar.ts';
export type { ImportedFile } from './corefile/import.ts';
export type { Token } from './corefile/lexer.ts';
export type { Scheme, Zone, ZoneKey } from './corefile/zone.ts';
export type { IdentityFiles } from './directive/tls-files.ts';

// Messages.
export * from './message/value.ts';
export type { RecordData } from './message/record-data.ts';
export type { Flags, Header } from './message/header.ts';
export type { Edns, EdnsOption } from './message/opt.ts';
export type { ExtendedError } from './message/extended-error.ts';
export type { WireName } from './message/name.ts';
export { readNameText } from './message/name.ts';
export type { Question } from './message/check.ts';
export type { DropReason, Query } from './message/query.ts';
export type { Reply, ReplyFlags, ToldTtl } from './message/answer.ts';
export type { AnswerMemory } from './message/answer-hit.ts';
export type { KeptMessage } from './message/kept.ts';
export type { Malformed, MalformedReason } from './message/malformed.ts';
export type { OwnShare, Share } from './message/share.ts';
export type { Link, Transport, UpstreamTransport } from './message/link.ts';
export type { Endpoint, Network } from './address.ts';

// The cache and what it asks of the world.
export type { Cache, CacheOptions, Lookup } from './engine/cache.ts';
export type { StoredEntry } from './engine/columns.ts';
export type { CacheEntry } from './engine/entry.ts';
export type { Store, StoreLimits, StoreName } from './engine/store.ts';
export type { StoredMessage } from './message/kept.ts';
export type { NegativeTtlRule, TtlBounds, TtlPolicy } from './engine/ttl.ts';
export type { StalePolicy } from './engine/stale.ts';
export type { ReplyClass } from './engine/classify.ts';
export type { Ask, Exchange, ExchangeEvent, Runtime } from './engine/runtime.ts';
export type { Timers } from './engine/timers.ts';
export type { MetricName } from './engine/metrics.ts';
export type {
  CacheEffect,
  CachePlace,
  ConnectionSettings,
  Effect,
  FailureReason,
  LogLevel,
  Place,
  ServedEffect,
  ServerEvent,
  Tap,
  TapEffect,
  TlsIdentity,
  TlsSettings,
} from './engine/effect.ts';

// Who asks how much.
export type { ClientBits, Fate, Ledger, LedgerOptions } from './clients/ledger.ts';
export type { ClientCounts, ClientReport } from './clients/report.ts';

// What is asked, for those who watch.
export type { Filter, NamePattern } from './watching/filter.ts';
export type { Seen, Watcher } from './watching/seen.ts';
export type { Batch, ToldQuery } from './watching/told.ts';

// The words that plugins speak.
export type { AskedAbout, Explain, Explained, ExplainedBlock, ExplainedEntry, ExplainedUpstream } from './plugin/explained.ts';
export type { Answer, Handler, Outcome, Request } from './plugin/handler.ts';
export type { BoundAddress, ConfiguredPlugin } from './plugin/plugin.ts';
export type { CacheSource, HitGuard, HitSource, Site } from './plugin/site.ts';
export type { ClientAuth, DnstapFacility, Facility, TapSocket } from './plugin/facility.ts';
export type { CollectLabels, Labels } from './plugin/labels.ts';
export type { ListenAddress } from './plugin/listen-address.ts';
export type { HostAddresses, HostLookup } from './plugin/lookup.ts';
export { hostKey } from './plugin/lookup.ts';
export type { Machine } from './plugin/written.ts';
export type { TappedAnswer, Tapping } from './plugin/tapping.ts';
export type { Timeouts } from './plugin/timeouts.ts';
export type { View, ViewedQuery } from './plugin/view.ts';
export type { Corefile, ServerBlock, WrittenCorefile } from './plugin/server-block.ts';

// The name server.
export type { CacheShelf } from './server/caches.ts';
export type { ListenerTls } from './server/listener-tls.ts';
export type { NameServer, NameServerOptions } from './server/name-server.ts';
export { createNameServer } from './server/name-server.ts';
export type { Ledgers } from './server/ledgers.ts';
export type { AtHand, Datagram } from './server/shortcut.ts';

// What it counts, without a process around it.
export type { ShownSample } from './counting/shown.ts';
export type { Tally } from './counting/tally.ts';
export { createTally } from './counting/tally.ts';

// What node-cache writes on a node: its Corefile and its rules.
export type { LocalAddress, LocalAddressReading, NotLocal } from './node/local-address.ts';
export { readLocalAddress } from './node/local-address.ts';
export type { KubeDns } from './node/template/kube-dns.ts';
export { NO_KUBE_DNS } from './node/template/kube-dns.ts';
export type { NodeFacts, Rendering, RenderWarning } from './node/template/render.ts';
export { renderCorefile } from './node/template/render.ts';
export type { UpstreamService } from './node/template/upstream-service.ts';
export type { RuleSettings } from './node/rules/rule.ts';
export { nodeCacheTransaction } from './node/rules/install.ts';
export type { InspectedChain, InspectedRule } from './node/rules/inspect.ts';
export { inspectNodeCacheRules } from './node/rules/inspect.ts';
