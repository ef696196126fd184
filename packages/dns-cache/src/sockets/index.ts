export { DescriptorError } from './descriptors.ts';
export type { AnswerUpstream, UpstreamQuestion } from './injected-upstreams.ts';
export { ListenError } from './listen-error.ts';
export type { OuterFacility } from './service-error.ts';
export { FacilityError, StoppedError } from './service-error.ts';
export type { Service, ServiceOptions } from './service.ts';
export { startService } from './service.ts';
