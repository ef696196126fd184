import { bind } from './bind/index.ts';
import { cache } from './cache/index.ts';
import { debug } from './debug/index.ts';
import { errors } from './errors/index.ts';
import { forward } from './forward/index.ts';
import { health } from './health/index.ts';
import { log } from './log/index.ts';
import type { Plugin } from './plugin.ts';
import { pprof } from './pprof/index.ts';
import { prometheus } from './prometheus/index.ts';
import { ready } from './ready/index.ts';
import { reload } from './reload/index.ts';
import { timeouts } from './timeouts/index.ts';
import { trace } from './trace/index.ts';

/** The order in which a query meets the plugins, whatever order a Corefile has them in (CoreDNS 1.14.7, plugin.cfg). */
export const PLUGINS: readonly Plugin[] = [
  timeouts, reload, bind, debug, trace, ready, health, pprof, prometheus, errors, log, cache, forward,
];

/** The directives of CoreDNS and of node-cache that are still to come. */
export const LATER_DIRECTIVES: ReadonlySet<string> = new Set([
  'acl', 'any', 'auto', 'autopath', 'azure', 'bufsize', 'cancel', 'chaos', 'clouddns', 'dns64', 'dnssec', 'dnstap',
  'erratic', 'etcd', 'file', 'geoip', 'grpc', 'grpc_server', 'header', 'hosts', 'https', 'https3',
  'k8s_external', 'kubernetes', 'loadbalance', 'local', 'loop', 'metadata', 'minimal', 'multisocket', 'nomad', 'nsid',
  'on', 'proxyproto', 'quic', 'rewrite', 'root', 'route53', 'secondary', 'shed', 'sign', 'template', 'tls', 'transfer',
  'tsig', 'view', 'whoami',
]);
