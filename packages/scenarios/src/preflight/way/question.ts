import type { Address } from '@nodelocal/netfilter-sim';
import type { Pod } from '../node/plan.ts';

/** Who asks, and which answer it needs. */
export type Asker =
  | ({ readonly kind: 'pod' } & Pod)
  /** Whatever runs in the host's network. */
  | { readonly kind: 'node-process' }
  /** The kubelet: without an answer it starts the cache anew, for ever. */
  | { readonly kind: 'health-probe' }
  /** The cache itself, of its upstream. */
  | { readonly kind: 'cache' };

/** A question that somebody of the node asks. */
export interface Question {
  readonly asker: Asker;
  readonly protocol: 'udp' | 'tcp';
  readonly address: Address;
  /** 1 to 65535. */
  readonly port: number;
}

/** The packets of one question, in order. */
export const LEGS = {
  udp: ['query', 'answer'],
  tcp: ['SYN', 'SYN-ACK', 'query', 'answer'],
} as const;

/** A packet of an exchange: the question, its answer, and with TCP those between. */
export type LegName = (typeof LEGS)['udp' | 'tcp'][number];

/** Who sends it. */
export const senderOf = (leg: LegName): 'asker' | 'server' => (leg === 'query' || leg === 'SYN' ? 'asker' : 'server');

/** What the notation of packets needs besides the two ends; the numbers go on as TCP's do. */
export const wordsOf = (protocol: Question['protocol'], leg: LegName): string => {
  if (protocol === 'udp') return `payload ${leg === 'query' ? QUERY_BYTES : ANSWER_BYTES}`;
  switch (leg) {
    case 'SYN':
      return 'flags S seq 1000 mss 1460 wscale 7';
    case 'SYN-ACK':
      return 'flags SA seq 5000 ack 1001 mss 1460 wscale 7';
    case 'query':
      return `flags PA seq 1001 ack 5001 payload ${QUERY_BYTES}`;
    case 'answer':
      return `flags PA seq 5001 ack ${1001 + QUERY_BYTES} payload ${ANSWER_BYTES}`;
  }
};

const QUERY_BYTES = 45;
const ANSWER_BYTES = 61;
