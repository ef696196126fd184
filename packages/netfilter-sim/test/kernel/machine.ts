import { execFileSync, spawnSync } from 'node:child_process';

const TOOLS = [
  'python3',
  'ip',
  'sysctl',
  'unshare',
  'iptables-legacy-restore',
  'iptables-legacy-save',
  'ip6tables-legacy-restore',
  'ip6tables-legacy-save',
  'ipset',
];

const succeeds = (command: string): boolean => spawnSync('sh', ['-c', command]).status === 0;

/** In a network namespace that ends with the command. */
const worksInside = (command: string): boolean => succeeds(`unshare --net sh -c '${command}'`);

/** Why this machine's kernel cannot be asked; `undefined` where it can. */
export const whyNot = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root';
  const missing = TOOLS.find((tool) => !succeeds(`command -v ${tool}`));
  if (missing !== undefined) return `needs ${missing}`;
  if (!worksInside('true')) return 'may not make network namespaces';
  if (!worksInside('iptables-legacy-save -t nat')) return 'the kernel has no iptables';
  if (!worksInside('ipset list -n')) return 'the kernel has no ipset';
  if (!worksInside('sysctl -w net.netfilter.nf_log.2=nfnetlink_log')) return 'the kernel has no nfnetlink_log';
  if (!worksInside('test -r /proc/net/stat/nf_conntrack')) return 'the kernel has no conntrack statistics';
  return undefined;
};

/** The release that answers, as `6.18`. */
export const release = (): string => execFileSync('uname', ['-r'], { encoding: 'utf8' }).split('.').slice(0, 2).join('.');
