/**
 * The process that a Corefile asks for: pages, reload, saved caches, control.
 * @module @nodelocal/dns-cache/agent
 */

export type { Agent, AgentOptions } from './agent.ts';
export { startAgent } from './agent.ts';
export { CacheFileError } from './cache-file.ts';
export type { Counts } from '../counting/counts.ts';
export type { Recorder } from '../counting/recorder.ts';
export type { Page } from '../observe/http.ts';
export type { Metrics } from '../observe/metrics.ts';
export type { Serving } from '../threads/serving.ts';
export { ListenError, SocketFileError } from '../sockets/listen-error.ts';
export { DescriptorError } from '../sockets/descriptors.ts';
