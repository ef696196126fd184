import type { Endpoint } from '../../address.ts';
import type { InheritedSocket } from '../../loop/inherited.ts';
import type { LogFormat } from './log-format.ts';
import type { KeptNetwork } from '../readiness/kept.ts';
import type { NetworkPlan } from './network-plan.ts';

/** By what a server finds its beginning: what it is told is lost with a supervisor that is killed before it listens. */
export const BEGINNING_VARIABLE = 'DNS_CACHE_SERVER_BEGINNING';

/** What a server knows from its start. Plain data, as all that the processes tell each other. */
export interface ServerBeginning {
  /** The Corefile. */
  readonly conf: string;
  readonly port: number;
  /** Those that pods and the node ask. */
  readonly localAddresses: readonly string[];
  readonly quiet: boolean;
  /** Where operators may list and flush the caches. */
  readonly control?: string;
  /** Where the agent's own files are. */
  readonly stateDirectory: string;
  /** Where the caches wait for the next server, if they can. */
  readonly cacheFile?: string;
  /** Where all metrics are shown besides the places that the Corefile names. */
  readonly metricsAddress?: Endpoint;
  readonly sockets: readonly InheritedSocket[];
  /** Where the queries under way are written down, for the next server. */
  readonly journal: number;
  readonly logFormat: LogFormat;
  /** The addresses of a pod, where readiness is asked as one too. */
  readonly podAddresses?: readonly string[];
  /** What is to be taken away when the supervisor is gone; nothing under `-skipteardown`. */
  readonly network?: NetworkPlan;
}

/** Counters of the supervisor, which the server shows: by metric, labels and what they have come to. */
export type SupervisorCounts = readonly (readonly [metric: 'coredns_nodecache_setup_errors_total' | 'coredns_nodecache_mended_total', label: string, total: number])[];

export type ToServer =
  | { readonly kind: 'serve' }
  /** Looks at the Corefile now. */
  | { readonly kind: 'reload' }
  | { readonly kind: 'counted'; readonly counts: SupervisorCounts }
  /** What of link and rules is there. */
  | { readonly kind: 'kept'; readonly network: KeptNetwork }
  /** Says that it is about to stop, for as long as the Corefile wants, and goes on answering. */
  | { readonly kind: 'lameduck' }
  /** Leaves the sockets to another server, answers what it owes and ends. */
  | { readonly kind: 'leave' }
  /** Answers what it owes and ends. */
  | { readonly kind: 'stop' };

export type FromServer =
  | { readonly kind: 'prepared' }
  | { readonly kind: 'alive' }
  /** The Corefile does not listen at the `unserved` ones of the sockets that it was handed, and they are closed there. */
  | { readonly kind: 'serving'; readonly unserved: readonly InheritedSocket[] }
  | { readonly kind: 'lame' }
  /** It reads no socket any more, has closed its pages and saved its caches. */
  | { readonly kind: 'left' }
  /** Its configuration cannot be served. */
  | { readonly kind: 'refused'; readonly reason: string };
