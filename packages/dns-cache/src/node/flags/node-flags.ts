import type { Endpoint } from '../../address.ts';
import { endpointText } from '../../address.ts';
import type { LocalAddress } from '../local-address.ts';
import { FlagError } from './flag-error.ts';
import type { InterfaceName } from './interface-name.ts';
import type { FlagName } from './table.ts';
import { FLAGS, isFlagName } from './table.ts';
import type { GivenFlags } from './words.ts';
import { readWords } from './words.ts';

type InterfaceType = ReturnType<typeof FLAGS.interfacetype.read>;
type RulesBackend = ReturnType<typeof FLAGS.rulesbackend.read>;
type LogFormat = ReturnType<(typeof FLAGS)['log-format']['read']>;

/** What the agent was told by its command line. Ports are 1 to 65535. */
export interface NodeFlags {
  /** At least one, each once, in the order in which they were given. */
  readonly localAddresses: readonly LocalAddress[];
  readonly setupInterface: boolean;
  readonly interfaceName: InterfaceName;
  readonly interfaceType: InterfaceType;
  readonly setupRules: boolean;
  readonly rulesBackend: RulesBackend;
  /** Milliseconds, 100 to 86 400 000. */
  readonly syncIntervalMs: number;
  readonly skipTeardown: boolean;
  /** Where the Corefile is written and read. */
  readonly corefile: string;
  readonly template: string;
  /** Need not be there. */
  readonly kubeDnsDirectory: string;
  /** '' names no Service. */
  readonly upstreamService: string;
  readonly dnsPort: number;
  readonly healthPort: number;
  /** An empty address is all addresses; `undefined`: nowhere. */
  readonly metricsAddress: Endpoint | undefined;
  /** As the template gets it, `:9253`. */
  readonly prometheusAddress: string;
  readonly reloadWithSignal: boolean;
  readonly pidFile: string | undefined;
  readonly stateDirectory: string;
  readonly spare: boolean;
  /** Readiness is asked as a pod too. */
  readonly probeAsPod: boolean;
  /** That pod's, none of them a local address. */
  readonly podAddresses: readonly LocalAddress[];
  readonly control: string | undefined;
  readonly logFormat: LogFormat;
  readonly quiet: boolean;
  readonly preflight: boolean;
  readonly preflightProgram: string | undefined;
  readonly dryRun: boolean;
  /** What was understood but should be written otherwise; a line each. */
  readonly warnings: readonly string[];
}

/** What is asked for. */
export type NodeCommand =
  | { readonly kind: 'run'; readonly flags: NodeFlags }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'plugins' };

const HELP = new Set(['h', 'help']);

const shapeOf = (name: string) => {
  if (HELP.has(name)) return 'switch';
  return isFlagName(name) ? FLAGS[name].shape : undefined;
};

/** `-p` is `-dns.port`, and the later of the two wins, whichever it is. */
const withoutAlias = (given: GivenFlags): GivenFlags => {
  const name = [...given.keys()].findLast((each) => each === 'p' || each === 'dns.port');
  const port = given.get(name ?? 'p');
  return port === undefined ? given : new Map([...given, ['dns.port', port]]);
};

const flagsOf = (given: GivenFlags): NodeFlags => {
  const value = <Name extends FlagName>(name: Name): ReturnType<(typeof FLAGS)[Name]['read']> => {
    const { read, initial } = FLAGS[name];
    return read(given.get(name) ?? initial, `-${name}`) as ReturnType<(typeof FLAGS)[Name]['read']>;
  };
  const [local, interval, pod] = [value('localip'), value('syncinterval'), value('probe-pod-ip')];
  const both = pod.value.find((address) => local.value.includes(address));
  if (both !== undefined) throw new FlagError('-probe-pod-ip', `${both} is one of -localip`, 'write an address that nobody else has');
  return {
    localAddresses: local.value,
    setupInterface: value('setupinterface'),
    interfaceName: value('interfacename'),
    interfaceType: value('interfacetype'),
    setupRules: value('setupiptables'),
    rulesBackend: value('rulesbackend'),
    syncIntervalMs: interval.value,
    skipTeardown: value('skipteardown'),
    corefile: value('conf') === '' ? value('corefile') : value('conf'),
    template: value('basecorefile'),
    kubeDnsDirectory: value('kubednscm') === '' ? '/etc/kube-dns' : value('kubednscm'),
    upstreamService: value('upstreamsvc'),
    dnsPort: value('dns.port'),
    healthPort: value('health-port'),
    metricsAddress: value('metrics-listen-address'),
    prometheusAddress: endpointText(value('prometheus-listen-address')),
    reloadWithSignal: value('reloadwithsignal'),
    pidFile: value('pidfile'),
    stateDirectory: value('statedir'),
    spare: value('spare'),
    probeAsPod: value('probe-as-pod'),
    podAddresses: pod.value,
    control: value('control'),
    logFormat: value('log-format'),
    quiet: value('quiet'),
    preflight: value('preflight'),
    preflightProgram: value('preflight-program'),
    dryRun: value('dry-run'),
    warnings: [...local.notes, ...interval.notes, ...pod.notes],
  };
};

const isAsked = (given: GivenFlags, name: 'version' | 'plugins'): boolean => FLAGS[name].read(given.get(name) ?? 'false', `-${name}`);

/**
 * What a command line asks for, in the spelling of node-cache: flags as Go's flag package reads them, the last of each wins.
 * @throws FlagError
 */
export const readNodeFlags = (argv: readonly string[]): NodeCommand => {
  const given = withoutAlias(readWords(argv, shapeOf));
  if ([...HELP].some((name) => given.has(name))) return { kind: 'help' };
  if (isAsked(given, 'version')) return { kind: 'version' };
  if (isAsked(given, 'plugins')) return { kind: 'plugins' };
  return { kind: 'run', flags: flagsOf(given) };
};
