export type { Endpoint } from './address.ts';
export type { CorefileOptions } from './configuration/corefile.ts';
export { parseCorefile } from './configuration/corefile.ts';
export type { Position } from './corefile/error.ts';
export { CorefileError } from './corefile/error.ts';
export type {
  CacheEffect,
  ConnectionSettings,
  Effect,
  FailureReason,
  LogLevel,
  ServedEffect,
  ServerEvent,
  TlsSettings,
} from './engine/effect.ts';
export type { Transport, UpstreamTransport } from './message/link.ts';
export type { Malformed, MalformedReason } from './message/malformed.ts';
export type { RecordData } from './message/record-data.ts';
export * from './message/value.ts';
export type { Corefile, ServerBlock } from './plugin/server-block.ts';
export type { NameServer, NameServerOptions } from './server/name-server.ts';
export { createNameServer } from './server/name-server.ts';
