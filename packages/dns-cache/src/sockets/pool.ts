import type { ExchangeEvent } from '../engine/runtime.ts';
import type { UpstreamExchange } from './udp-upstream.ts';

/** Sockets to one upstream, kept for further questions. */
export interface Pool {
  ask(message: Uint8Array, heard: (event: ExchangeEvent) => void): UpstreamExchange;
  /** Has it no sockets, so that nothing is lost but a TLS session when it is forgotten? */
  readonly isEmpty: boolean;
  close(): void;
}
