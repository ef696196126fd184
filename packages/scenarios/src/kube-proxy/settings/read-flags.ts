import type { Prefix } from '@nodelocal/netfilter-sim';
import { readPrefix } from '@nodelocal/netfilter-sim';
import type { LocalDetection, NodePortAddresses, ProxyMode, ProxySettings } from './settings.ts';
import { PROXY_MODES } from './settings.ts';

/** A flag that kube-proxy does not have, or has no such value for; the `reason` is all that it says. */
export class ProxyFlagError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'ProxyFlagError';
  }
}

const FLAGS = [
  'proxy-mode', 'cluster-cidr', 'detect-local-mode', 'pod-bridge-interface', 'pod-interface-name-prefix', 'nodeport-addresses',
  'masquerade-all', 'iptables-masquerade-bit', 'iptables-localhost-nodeports', 'ipvs-scheduler',
] as const;
type FlagName = (typeof FLAGS)[number];
const SWITCHES: ReadonlySet<FlagName> = new Set(['masquerade-all', 'iptables-localhost-nodeports']);

const isFlag = (name: string): name is FlagName => (FLAGS as readonly string[]).includes(name);

/** `--name=value` and `--name value`; the last one counts (pflag). What is no flag is an operand. */
const split = (words: readonly string[]): { readonly flags: ReadonlyMap<FlagName, string>; readonly operands: readonly string[] } => {
  const found = new Map<FlagName, string>();
  const operands: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const [, name = '', written] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (!isFlag(name)) throw new ProxyFlagError(`${word}: kube-proxy's flags that decide rules are ${FLAGS.map((flag) => `--${flag}`).join(', ')}`);
    if (written === undefined && !SWITCHES.has(name)) at += 1;
    const value = written ?? (SWITCHES.has(name) ? 'true' : words[at]);
    if (value === undefined) throw new ProxyFlagError(`--${name}: its value is missing`);
    found.set(name, value);
  }
  return { flags: found, operands };
};

const rangesOf = (name: FlagName, value: string): readonly Prefix[] =>
  value
    .split(',')
    .filter((one) => one !== '')
    .map((one) => {
      const range = one.includes('/') ? readPrefix(one.trim()) : undefined;
      if (range === undefined) throw new ProxyFlagError(`--${name}: "${one}" is no network; write 10.0.0.0/8 or fd00::/8`);
      return range;
    });

const switchOf = (name: FlagName, value: string): boolean => {
  if (value !== 'true' && value !== 'false') throw new ProxyFlagError(`--${name}: "${value}" is neither true nor false`);
  return value === 'true';
};

const detectionOf = (flags: ReadonlyMap<FlagName, string>): LocalDetection => {
  const mode = flags.get('detect-local-mode') ?? 'ClusterCIDR';
  const needed = (name: FlagName): string => flags.get(name) ?? missing(mode, name);
  switch (mode) {
    case 'ClusterCIDR':
      return { kind: 'cluster-range', ranges: rangesOf('cluster-cidr', flags.get('cluster-cidr') ?? '') };
    case 'NodeCIDR':
      return { kind: 'node-range' };
    case 'BridgeInterface':
      return { kind: 'bridge', interfaceName: needed('pod-bridge-interface') };
    case 'InterfaceNamePrefix':
      return { kind: 'interface-prefix', prefix: needed('pod-interface-name-prefix') };
    default:
      throw new ProxyFlagError(`--detect-local-mode: "${mode}" is none of ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix`);
  }
};

const missing = (mode: string, name: FlagName): never => {
  throw new ProxyFlagError(`--detect-local-mode=${mode} needs --${name}`);
};

const nodePortsOf = (value: string | undefined): NodePortAddresses => {
  if (value === undefined || value === '') return { kind: 'default' };
  return value === 'primary' ? { kind: 'primary' } : { kind: 'ranges', ranges: rangesOf('nodeport-addresses', value) };
};

const modeOf = (value: string): ProxyMode =>
  PROXY_MODES.find((mode) => mode === value) ?? badMode(value);

const badMode = (value: string): never => {
  throw new ProxyFlagError(`--proxy-mode: "${value}" is none of ${PROXY_MODES.join(', ')}`);
};

const bitOf = (value: string): number => {
  if (/^\d+$/.test(value) && Number(value) < 32) return Number(value);
  throw new ProxyFlagError(`--iptables-masquerade-bit: "${value}" is no number from 0 to 31`);
};

/** kube-proxy's command line, and the words on it that are no flags (`operands`), in order. @throws ProxyFlagError */
export const readProxyFlags = (words: readonly string[]): ProxySettings & { readonly operands: readonly string[] } => {
  const { flags, operands } = split(words);
  return {
    operands,
    mode: modeOf(flags.get('proxy-mode') ?? 'iptables'),
    localDetection: detectionOf(flags),
    nodePortAddresses: nodePortsOf(flags.get('nodeport-addresses')),
    masqueradeAll: switchOf('masquerade-all', flags.get('masquerade-all') ?? 'false'),
    masqueradeBit: bitOf(flags.get('iptables-masquerade-bit') ?? '14'),
    localhostNodePorts: switchOf('iptables-localhost-nodeports', flags.get('iptables-localhost-nodeports') ?? 'true'),
    ipvsScheduler: flags.get('ipvs-scheduler') ?? 'rr',
  };
};
