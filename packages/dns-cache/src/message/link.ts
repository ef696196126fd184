import { fromU16 } from './octets.ts';
import type { Edns, EdnsOption } from './opt.ts';
import { OPTION_HEAD_OCTETS } from './opt.ts';

/** What a message comes over; TLS counts as TCP. */
export type Transport = 'udp' | 'tcp';

/** Over what an upstream is asked. */
export type UpstreamTransport = Transport | 'tls' | 'https';

/** Over what a query came, as far as its answer depends on it. */
export type Link =
  | { readonly kind: 'udp' }
  | {
      readonly kind: 'tcp' | 'tls';
      /** How long a connection is kept between queries. */
      readonly idleMs: number;
    };

export const UDP_LINK: Link = { kind: 'udp' };

/** What plugins, logs and metrics call it: TLS is TCP there (CoreDNS request/request.go, Proto). */
export const transportOf = (kind: Link['kind']): Transport => (kind === 'udp' ? 'udp' : 'tcp');

/** RFC 7828 §3.1. */
const KEEPALIVE = 11;
const KEEPALIVE_UNIT_MS = 100;
const KEEPALIVE_MAX = 0xffff;

/** RFC 7830 §3. */
const PADDING = 12;
/** RFC 8467 §4.1: answers are padded to the next multiple of this. */
const PADDING_BLOCK_OCTETS = 468;

const asksFor = (edns: Edns, wanted: number): boolean => edns.options.some(({ code }) => code === wanted);

/** How long the connection is kept, for a client that asks for it; never over UDP (RFC 7828 §3.2.1). */
export const keepaliveOptions = (edns: Edns, link: Link): readonly EdnsOption[] => {
  if (link.kind === 'udp' || !asksFor(edns, KEEPALIVE)) return [];
  const timeout = Math.min(KEEPALIVE_MAX, Math.floor(link.idleMs / KEEPALIVE_UNIT_MS));
  return [{ code: KEEPALIVE, data: fromU16(timeout) }];
};

/**
 * What hides the length of an answer, for a client that pads its queries; only over TLS (RFC 7830 §6).
 * @param octets of the answer without it @param most that it may have with it
 */
export const paddingOptions = (edns: Edns, link: Link, octets: number, most: number): readonly EdnsOption[] => {
  const bare = octets + OPTION_HEAD_OCTETS;
  if (link.kind !== 'tls' || !asksFor(edns, PADDING) || bare > most) return [];
  const padded = Math.ceil(bare / PADDING_BLOCK_OCTETS) * PADDING_BLOCK_OCTETS;
  return [{ code: PADDING, data: new Uint8Array(Math.min(padded, most) - bare) }];
};
