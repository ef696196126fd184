import type { Address, Family } from '../../../packet/address.ts';
import type { ProtocolNumber } from '../../../packet/protocol.ts';
import type { BackEnd, TableName } from '../../shared/hooks.ts';
import type { InterfaceTest } from '../extension/interface-test.ts';
import type { Match } from '../matches/index.ts';
import type { Target } from '../targets/index.ts';

/** What iptables has counted at a rule or a policy. */
export interface Counters {
  /** 64 bits, unsigned, as are the bytes. */
  readonly packets: bigint;
  readonly bytes: bigint;
}

/** `-s`, `-d`: the mask may have holes. */
export interface AddressTest {
  readonly address: Address;
  /** Of as many bits as the address has; the packet's address is cut to it before it is compared. */
  readonly mask: bigint;
  /** `!`: all other addresses pass. */
  readonly inverted: boolean;
}

/** A rule of a chain: its tests, and what it does with packets that pass them. */
export interface Rule {
  /** Line of the text it came from, from 1. */
  readonly line: number;
  readonly counters: Counters;
  /** `-s`; absent: any. */
  readonly source?: AddressTest;
  /** `-d`; absent: any. */
  readonly destination?: AddressTest;
  /** `-i`; absent: any, and none. */
  readonly inInterface?: InterfaceTest;
  /** `-o`; absent: any, and none. */
  readonly outInterface?: InterfaceTest;
  /** `-p`; absent: all. */
  readonly protocol?: { readonly number: ProtocolNumber; readonly inverted: boolean };
  /** `-f`: second and further fragments; absent: all. */
  readonly fragment?: { readonly inverted: boolean };
  /** Evaluated from left to right; the first that says no ends it. */
  readonly matches: readonly Match[];
  readonly target: RuleTarget;
}

/** What a rule does: nothing but count, end the chain, lead to another one, or a target of its own. */
export type RuleTarget =
  | { readonly kind: 'none' }
  | { readonly kind: 'verdict'; readonly verdict: 'ACCEPT' | 'DROP' | 'RETURN' | 'QUEUE' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  | { readonly kind: 'extension'; readonly target: Target };

/** A chain with its rules, in the order in which they are read. */
export interface Chain {
  /** As `-A` and `-j` name it; a built-in chain is called as its hook. */
  readonly name: string;
  /** Built-in chains have one; user chains return to where they were entered from. */
  readonly policy: 'ACCEPT' | 'DROP' | 'none';
  readonly counters: Counters;
  readonly rules: readonly Rule[];
}

/** A table with its chains. */
export interface Table {
  readonly name: TableName;
  /** Of a second table of this name; absent: the back end that `iptables` itself uses. */
  readonly backEnd?: BackEnd;
  /** In the order in which the text declares them. */
  readonly chains: ReadonlyMap<string, Chain>;
}

/** What one `iptables-save` (or `ip6tables-save`) printed. */
export interface RuleSet {
  readonly family: Family;
  readonly tables: ReadonlyMap<TableName, Table>;
}
