import type { Plugin } from '../plugin/plugin.ts';
import { acl } from './acl/index.ts';
import { any } from './any/index.ts';
import { bind } from './bind/index.ts';
import { bufsize } from './bufsize/index.ts';
import { cache } from './cache/index.ts';
import { cancel } from './cancel/index.ts';
import { chaos } from './chaos/index.ts';
import { clients } from './clients/index.ts';
import { debug } from './debug/index.ts';
import { dns64 } from './dns64/index.ts';
import { dnstap } from './dnstap/index.ts';
import { errors } from './errors/index.ts';
import { forward } from './forward/index.ts';
import { header } from './header/index.ts';
import { health } from './health/index.ts';
import { hosts } from './hosts/index.ts';
import { loadbalance } from './loadbalance/index.ts';
import { limit } from './limit/index.ts';
import { local } from './local/index.ts';
import { log } from './log/index.ts';
import { loop } from './loop/index.ts';
import { metadata } from './metadata/index.ts';
import { minimal } from './minimal/index.ts';
import { multisocket } from './multisocket/index.ts';
import { nsid } from './nsid/index.ts';
import { pprof } from './pprof/index.ts';
import { prometheus } from './prometheus/index.ts';
import { ready } from './ready/index.ts';
import { reload } from './reload/index.ts';
import { rewrite } from './rewrite/index.ts';
import { root } from './root/index.ts';
import { search } from './search/index.ts';
import { shed } from './shed/index.ts';
import { template } from './template/index.ts';
import { timeouts } from './timeouts/index.ts';
import { tls } from './tls/index.ts';
import { trace } from './trace/index.ts';
import { view } from './view/index.ts';
import { whoami } from './whoami/index.ts';

/** The order in which a query meets the plugins, whatever order a Corefile has them in (CoreDNS 1.15.0, plugin.cfg; `clients`, `search` and `limit` are ours alone). */
export const PLUGINS: readonly Plugin[] = [
  root, metadata, cancel, timeouts, multisocket, reload, nsid, bufsize, bind, debug, trace, ready, health, pprof, shed, prometheus, clients, errors, log, dnstap, local,
  dns64, any, chaos, loadbalance, rewrite, acl, search, limit, cache, header, tls, minimal, template, hosts, loop, forward, whoami,
  view,
];

/** The directives of CoreDNS and of node-cache that are still to come: a Corefile that has one is refused. */
export const LATER_DIRECTIVES: ReadonlySet<string> = new Set([
  'auto', 'autopath', 'azure', 'clouddns', 'dnssec', 'erratic', 'etcd', 'file', 'geoip', 'grpc',
  'grpc_server', 'https', 'https3', 'k8s_external', 'kubernetes', 'nomad', 'on',
  'proxyproto', 'quic', 'route53', 'secondary', 'sign', 'transfer', 'tsig',
]);
