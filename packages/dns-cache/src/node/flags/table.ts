import { readInterfaceName } from './interface-name.ts';
import { readLocalAddresses } from './local-addresses.ts';
import { readServiceName } from './service-name.ts';
import { readSyncInterval } from './sync-interval.ts';
import type { Read } from './values.ts';
import {
  readChoice,
  readListenAddress,
  readOptionalListenAddress,
  readOptionalPath,
  readPath,
  readPortFlag,
  readSwitch,
  readText,
} from './values.ts';
import type { FlagShape } from './words.ts';

/** Whose flag it is: a manifest for node-cache has only its own. */
type Origin = 'node-cache' | 'dns-cache';

/** All that there is to know of a flag; the help is made of it too. */
export interface Flag<Value> {
  readonly shape: FlagShape;
  readonly origin: Origin;
  /** What stands for its value in the help; '' of a switch. */
  readonly placeholder: string;
  /** Read where the flag is not given. */
  readonly initial: string;
  readonly meaning: string;
  readonly read: Read<Value>;
}

const valued =
  (origin: Origin) =>
  <Value>(placeholder: string, initial: string, meaning: string, read: Read<Value>): Flag<Value> => ({
    shape: 'valued', origin, placeholder, initial, meaning, read,
  });

const switched =
  (origin: Origin) =>
  (initial: boolean, meaning: string): Flag<boolean> => ({
    shape: 'switch', origin, placeholder: '', initial: String(initial), meaning, read: readSwitch,
  });

const [cacheValue, cacheSwitch] = [valued('node-cache'), switched('node-cache')];
const [ourValue, ourSwitch] = [valued('dns-cache'), switched('dns-cache')];

const DNS_PORT = cacheValue('PORT', '53', 'port of zones that name none, of stub domains and in the rules', readPortFlag);

/** Every flag, in the order of the help. */
export const FLAGS = {
  localip: cacheValue('IP,...', '', 'addresses to serve on, IPv4, IPv6 or both', readLocalAddresses),
  conf: cacheValue('FILE', '', 'the Corefile that is written and served; that of -corefile where it is not given', readText),
  corefile: cacheValue('FILE', '/etc/Corefile', 'the same, where -conf is not given', readPath),
  basecorefile: cacheValue('FILE', '/etc/coredns/Corefile.base', 'the template of the Corefile', readPath),
  kubednscm: cacheValue('DIR', '', "where the ConfigMap kube-dns is mounted; /etc/kube-dns where it is not given", readText),
  upstreamsvc: cacheValue('NAME', 'kube-dns', 'the Service of its own namespace whose address stands for the cluster DNS', readServiceName),
  'dns.port': DNS_PORT,
  p: { ...DNS_PORT, meaning: 'the same as -dns.port' },
  'health-port': cacheValue('PORT', '8080', 'port of `health`, for the rules', readPortFlag),
  setupinterface: cacheSwitch(true, 'make the interface, and keep the addresses on it'),
  interfacename: cacheValue('NAME', 'nodelocaldns', 'name of that interface, 1 to 15 characters', readInterfaceName),
  setupiptables: cacheSwitch(true, 'put the rules in, and keep them'),
  syncinterval: cacheValue('DURATION', '60s', 'how often interface and rules are looked at, 100ms to 24h; a bare number is seconds', readSyncInterval),
  skipteardown: cacheSwitch(false, 'leave interface and rules as they are at the end'),
  reloadwithsignal: cacheSwitch(false, 'take a new Corefile at once, without waiting for `reload`'),
  'metrics-listen-address': cacheValue('HOST:PORT', '0.0.0.0:9353', "where the agent's own metrics are served; nowhere if empty", readOptionalListenAddress),
  'prometheus-listen-address': cacheValue('HOST:PORT', ':9253', 'stands for __PROMETHEUS__ENDPOINT__ in the template', readListenAddress),
  pidfile: cacheValue('FILE', '', 'has the process ID as soon as all servers listen', readOptionalPath),
  quiet: cacheSwitch(false, 'do not print what is served where'),
  version: cacheSwitch(false, 'print the version, and do nothing else'),
  plugins: cacheSwitch(false, 'print what a Corefile can have, and do nothing else'),
  interfacetype: ourValue('KIND', 'dummy', 'kind of the interface: dummy; bridge or ifb on a kernel that has no dummy', readChoice(['dummy', 'bridge', 'ifb'])),
  rulesbackend: ourValue('KIND', 'auto', 'who puts the rules in: auto, iptables-legacy, iptables-nft or nftables', readChoice(['auto', 'iptables-legacy', 'iptables-nft', 'nftables'])),
  statedir: ourValue('DIR', '/run/nodelocal-dns-cache', 'where the lock and the saved cache wait for the next process', readPath),
  spare: ourSwitch(true, 'keep a second process that takes over when this one dies'),
  'probe-as-pod': ourSwitch(false, 'have readiness ask as a pod too, from a network namespace; needs CAP_SYS_ADMIN'),
  'probe-pod-ip': ourValue('IP,...', '169.254.20.254,fd00:20::fe', 'addresses of that pod, one of a family; nobody else may have them', readLocalAddresses),
  preflight: ourSwitch(false, 'say what would happen on this node to queries of pods and of its own, and do nothing else'),
  'preflight-program': ourValue('FILE', '', 'the program `scenarios`, where it is not in the path', readOptionalPath),
  'dry-run': ourSwitch(false, 'print what would be done to this node, its Corefile too, and do nothing else'),
  control: ourValue('FILE', '', 'a socket by which `dns-cache cache` looks at the caches and explains names', readOptionalPath),
  'log-format': ourValue('FORMAT', 'text', 'text or json, a line each', readChoice(['text', 'json'])),
} satisfies Readonly<Record<string, Flag<unknown>>>;

export type FlagName = keyof typeof FLAGS;

export const isFlagName = (name: string): name is FlagName => Object.hasOwn(FLAGS, name);
