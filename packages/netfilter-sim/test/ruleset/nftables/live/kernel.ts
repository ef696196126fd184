import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { NodeSnapshot, Registrant } from '@nodelocal/netfilter-sim';
import { write } from './packet.ts';
import type { WirePacket } from './packet.ts';

/** What is to happen: a packet is sent, the packet that another became is answered, or time passes. */
export type LiveEvent =
  | SentPacket
  | { readonly answers: number }
  /** Milliseconds. */
  | { readonly wait: number };

interface SentPacket extends WirePacket {
  readonly from: 'pod1' | 'pod2' | 'up' | 'node';
}

interface PlayedEvent {
  readonly sent: SentPacket | null;
  /** Since the first. */
  readonly atMs: number;
  readonly seen: readonly (readonly [place: string, packet: WirePacket])[];
}

export interface KernelReport {
  readonly snapshot: NodeSnapshot['contents'];
  /** `nft -a list ruleset`. */
  readonly listing: string;
  readonly events: readonly PlayedEvent[];
  /** `nft monitor trace`. */
  readonly trace: readonly string[];
  /** `nft -j list ruleset`, when all is over. */
  readonly after: string;
  readonly conntrack: readonly string[];
}

const helper = fileURLToPath(new URL('../../../kernel/helper/nftables.py', import.meta.url));

export interface LiveRules {
  /** As `nft -f` reads them. */
  readonly rules: string;
  /** As `iptables-legacy-restore` does. */
  readonly iptables?: string;
  /** Which of them are loaded first; iptables where nothing is said. */
  readonly first?: Registrant;
}

/** Plays the events on the kernel at hand, in namespaces of their own. */
export const askKernel = (rules: LiveRules, events: readonly LiveEvent[]): KernelReport => {
  const { stdout, stderr, status } = spawnSync('python3', [helper], {
    input: JSON.stringify({ ...rules, events }),
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (status !== 0) throw new Error(`the helper failed: ${stderr}`);
  return JSON.parse(stdout) as KernelReport;
};

/** The kernel at hand can be asked. */
export const canAskKernel = (): boolean => {
  if (process.getuid?.() !== 0) return false;
  const tools = [
    ['nft', '--version'],
    ['iptables-legacy', '--version'],
    ['conntrack', '--version'],
    ['python3', '--version'],
    ['unshare', '-n', 'nft', 'add', 'table', 'ip', 'probe'],
  ];
  return tools.every(([tool = '', ...words]) => spawnSync(tool, words).status === 0);
};

export const seenBy = ({ seen }: PlayedEvent): readonly string[] =>
  seen.map(([place, packet]) => write(place, packet)).sort();
