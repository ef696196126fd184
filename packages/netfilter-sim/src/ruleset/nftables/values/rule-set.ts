import type { Hook } from '../../shared/hooks.ts';
import type { DataType } from './data-type.ts';
import type { NftElement } from './element.ts';
import type { LimitStatement } from './limit.ts';
import type { QuotaStatement, Statement } from './statement.ts';

/** The families whose tables see IP packets at the five hooks; `inet` sees both. */
export type NftFamily = 'ip' | 'ip6' | 'inet';

/** What one `nft -j list ruleset` printed. */
export interface NftRuleSet {
  /** In the order in which the kernel lists them: that of their making. */
  readonly tables: readonly NftTable[];
  /** Chains before or behind the five hooks; they are known by where they stand only. */
  readonly edges: readonly EdgeChain[];
  /** Tables of the family bridge that have rules, by name: they see what a bridge switches, and are not read. */
  readonly bridgeTables: readonly string[];
}

/** A node without any table of nftables. */
export const NO_NFTABLES: NftRuleSet = { tables: [], edges: [], bridgeTables: [] };

/** A base chain with rules at a device's ingress or egress hook. */
export interface EdgeChain {
  /** As nft says it, `netdev` among them. */
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly hook: 'ingress' | 'egress';
  /** Empty: not told, so any (the JSON of nft 1.0.6 leaves it out). */
  readonly devices: readonly string[];
}

/** A table of nftables: its chains, sets and objects. */
export interface NftTable {
  readonly family: NftFamily;
  /** With the family what tells it from other tables. */
  readonly name: string;
  /** A dormant table keeps its rules, and no packet meets them. */
  readonly dormant: boolean;
  /** In the order in which the kernel lists them. */
  readonly chains: ReadonlyMap<string, NftChain>;
  /** Sets, maps and verdict maps share their names. */
  readonly sets: ReadonlyMap<string, NftSet>;
  /** Limits that rules share by name. */
  readonly limits: ReadonlyMap<string, LimitStatement>;
  /** And quotas. */
  readonly quotas: ReadonlyMap<string, QuotaStatement>;
  /** By the name of the object: what it is called in the kernel (`ftp`). */
  readonly helpers: ReadonlyMap<string, string>;
}

/** A chain of nftables. */
export interface NftChain {
  /** As `jump` and `goto` name it. */
  readonly name: string;
  /** Where the kernel calls it; a chain without is entered from other chains only. */
  readonly base?: BaseChain;
  readonly rules: readonly NftRule[];
}

/** Where the kernel calls a chain, and what becomes of packets that come to its end. */
export interface BaseChain {
  readonly type: 'filter' | 'nat' | 'route';
  readonly hook: Hook;
  /** Lower runs first; 32 bits with a sign: -100 for `dstnat`, 0 for `filter`. */
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
}

/** A rule of nftables: its statements, from left to right. */
export interface NftRule {
  /** How nft names it; below 0 where the text does not tell: -3 is the third rule of its chain. */
  readonly handle: number;
  /** Absent: none. */
  readonly comment?: string;
  /** From left to right; the first that does not hold ends the rule. */
  readonly statements: readonly Statement[];
}

/** A named set; with data behind its keys it is a map. */
export interface NftSet {
  /** As rules name it, without the `@`. */
  readonly name: string;
  /** The parts of a key, in order. */
  readonly key: readonly DataType[];
  /** What a map has behind a key; absent: it is a set. */
  readonly data?: readonly DataType[] | 'verdict';
  /** How long an element lives that a rule adds, unless the rule says otherwise; 0: for ever. */
  readonly timeoutMs: number;
  /** Rules can add no more than this, from 1; absent: as many as they like. */
  readonly sizeMax?: number;
  readonly elements: readonly NftElement[];
}

/** Whether a table of this family sees the packets of that one. */
export const seesFamily = (of: NftFamily, packets: 'ipv4' | 'ipv6'): boolean =>
  of === 'inet' || (of === 'ip') === (packets === 'ipv4');
