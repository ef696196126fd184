export { ListenError } from './listen-error.ts';
export type { Service, ServiceOptions } from './service.ts';
export { startService } from './service.ts';
