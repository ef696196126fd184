import type { Endpoint } from '../address.ts';
import type { ConnectionSettings } from '../engine/effect.ts';
import type { UpstreamTransport } from '../message/link.ts';
import type { EdnsMemory } from './edns.ts';
import type { Health } from './health.ts';
import { EXPIRE_MS } from './limits.ts';
import type { RoundTrip } from './round-trip.ts';

/** Whom to ask, and how to get there. */
export interface Target {
  readonly endpoint: Endpoint;
  /** `tls` where it is asked over nothing else. */
  readonly security: 'plain' | 'tls';
  readonly connection: ConnectionSettings;
}

/** A connection as it is where nothing is configured. */
export const PLAIN_CONNECTION: ConnectionSettings = {
  sourceAddress: undefined,
  expireMs: EXPIRE_MS,
  maxAgeMs: Number.POSITIVE_INFINITY,
  idleMax: Number.POSITIVE_INFINITY,
  tls: undefined,
};

/** An upstream, and what is known of it. */
export interface Upstream {
  readonly target: Target;
  readonly health: Health;
  readonly roundTrip: RoundTrip;
  readonly edns: EdnsMemory;
}

/** The transport to a target where over UDP or TCP is open. */
export const transportTo = (target: Target, plain: 'udp' | 'tcp'): UpstreamTransport =>
  target.security === 'tls' ? 'tls' : plain;
