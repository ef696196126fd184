import type { Endpoint } from '../address.ts';
import type { ConnectionSettings } from '../engine/effect.ts';
import type { UpstreamTransport } from '../message/link.ts';
import { EXPIRE_MS } from './limits.ts';

/** `tls` and `https`: asked over nothing else; `plain`: over UDP or TCP. */
export type Security = 'plain' | 'tls' | 'https';

/** Whom to ask, and how to get there. */
export interface Target {
  readonly endpoint: Endpoint;
  /** The endpoint as logs and metrics have it. */
  readonly text: string;
  readonly security: Security;
  readonly connection: ConnectionSettings;
}

/** A connection as it is where nothing is configured. */
export const PLAIN_CONNECTION: ConnectionSettings = {
  sourceAddress: undefined,
  expireMs: EXPIRE_MS,
  maxAgeMs: Number.POSITIVE_INFINITY,
  idleMax: Number.POSITIVE_INFINITY,
  tls: undefined,
  httpMethod: 'POST',
};

/** The transport to a target where over UDP or TCP is open. */
export const transportTo = ({ security }: Target, plain: 'udp' | 'tcp'): UpstreamTransport => {
  switch (security) {
    case 'plain':
      return plain;
    case 'tls':
    case 'https':
      return security;
  }
};
