export type { Agent, AgentOptions } from './agent.ts';
export { startAgent } from './agent.ts';
export { CacheFileError } from './cache-file.ts';
export type { Page } from '../observe/http.ts';
export type { Metrics } from '../observe/metrics.ts';
export type { Serving } from '../threads/serving.ts';
export { ListenError, SocketFileError } from '../sockets/listen-error.ts';
export { DescriptorError } from '../sockets/descriptors.ts';
