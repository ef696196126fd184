/**
 * DNS messages written and read as values.
 * @module @nodelocal/dns-cache/message
 */

export * from './value.ts';
export type { RecordData } from './record-data.ts';
export type { Flags, Header } from './header.ts';
export type { ExtendedError } from './extended-error.ts';
export type { Malformed, MalformedReason } from './malformed.ts';
