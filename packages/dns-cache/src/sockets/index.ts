/**
 * The name server on real sockets.
 * @module @nodelocal/dns-cache/server
 */

export type { CacheScope, ListedEntry } from '../engine/snapshot.ts';
export type { Explained, ExplainedBlock, ExplainedEntry, ExplainedUpstream } from '../plugin/explained.ts';
export type { Descriptors } from './descriptors.ts';
export { DescriptorError } from './descriptors.ts';
export type { AnswerUpstream, UpstreamQuestion } from './injected-upstreams.ts';
export type { ListenMend } from './listen-error.ts';
export { ListenError } from './listen-error.ts';
export type { OuterFacility } from './service-error.ts';
export { FacilityError, StoppedError } from './service-error.ts';
export type { ExplainedQuestion, SavedCaches, Service, ServiceOptions } from './service.ts';
export { startService } from './service.ts';
export type { Watch } from './watchers.ts';
