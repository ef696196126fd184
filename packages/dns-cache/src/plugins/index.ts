import { bind } from './bind/index.ts';
import { cache } from './cache/index.ts';
import { errors } from './errors/index.ts';
import { forward } from './forward/index.ts';
import { log } from './log/index.ts';
import type { Plugin } from './plugin.ts';

/** The order in which a query meets the plugins, whatever order a Corefile has them in (CoreDNS 1.14.7, plugin.cfg). */
export const PLUGINS: readonly Plugin[] = [bind, errors, log, cache, forward];

/** The directives of CoreDNS and of node-cache that are still to come. */
export const LATER_DIRECTIVES: ReadonlySet<string> = new Set([
  'acl', 'any', 'auto', 'autopath', 'azure', 'bufsize', 'cancel', 'chaos', 'clouddns', 'debug', 'dns64', 'dnssec',
  'dnstap', 'erratic', 'etcd', 'file', 'geoip', 'grpc', 'grpc_server', 'header', 'health', 'hosts', 'https', 'https3',
  'k8s_external', 'kubernetes', 'loadbalance', 'local', 'loop', 'metadata', 'minimal', 'multisocket', 'nomad',
  'nsid', 'pprof', 'prometheus', 'proxyproto', 'quic', 'ready', 'reload', 'rewrite', 'root', 'route53', 'secondary',
  'shed', 'sign', 'template', 'timeouts', 'tls', 'trace', 'transfer', 'tsig', 'view', 'whoami',
]);
