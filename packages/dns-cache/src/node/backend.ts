import type { Family } from './family.ts';

/** The programs that read and write one family's rules of iptables. */
export type IptablesTools =
  /** Names of programs: `single` is the one for single rules; `waits` is what they are told about the lock. */
  | { readonly kind: 'restore'; readonly save: string; readonly restore: string; readonly single: string; readonly waits: readonly string[] }
  /** There is only the program for single rules: each is a command of its own, and no two are one transaction. */
  | { readonly kind: 'single'; readonly single: string; readonly waits: readonly string[] };

export interface IptablesBackend {
  readonly kind: 'iptables';
  readonly variant: 'legacy' | 'nft';
  readonly tools: Readonly<Record<Family, IptablesTools>>;
}

export interface NftablesBackend {
  readonly kind: 'nftables';
  readonly program: string;
  /** Seconds after which the kernel forgets our addresses where nobody names them again; at least 2. */
  readonly lifetimeSeconds: number;
}

export type Backend = IptablesBackend | NftablesBackend;
