import type { Ask } from '../run/engine.ts';

/** What comes of a question to an upstream. */
export type Heard = (event: { readonly kind: 'reply'; readonly message: Uint8Array } | { readonly kind: 'failure'; readonly reason: 'refused' }) => void;

/** The agent's way to one upstream over one transport. */
export interface Pool {
  ask(ask: Ask, heard: Heard): void;
  abandon(exchange: number): void;
  /** The connection of this exchange may be dead. */
  suspect(exchange: number): void;
  close(): void;
}
