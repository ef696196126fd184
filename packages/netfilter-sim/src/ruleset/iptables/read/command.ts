import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';
import type { Family } from '../../../packet/address.ts';
import type { TableName } from '../../shared/hooks.ts';
import type { WrittenOption } from '../extension/extension.ts';
import type { AnyMatchModule } from '../matches/index.ts';
import type { AnyTargetModule } from '../targets/index.ts';
import type { Counters } from '../values/rule-set.ts';

/** A rule line taken apart, before its values are understood. */
export interface CommandLine {
  readonly position: Position;
  /** `--append` with the chain, `--policy` with chain and policy, … */
  readonly command: WrittenOption;
  /** Words behind the command that belong to it: a rule's number, a chain that may be absent. */
  readonly operands: readonly string[];
  /** `--source` and the other options of iptables itself, by name. */
  readonly base: ReadonlyMap<string, WrittenOption>;
  /** In the order in which the line names them. */
  readonly extensions: readonly LoadedExtension[];
  readonly jump: Jump | undefined;
}

export interface Jump {
  readonly kind: 'jump' | 'goto';
  readonly name: string;
  readonly position: Position;
}

/** Where the line stands. */
export interface CommandScope {
  readonly family: Family;
  readonly table: TableName;
  /** Chains declared so far; a chain that comes later does not count, as in iptables-restore. */
  hasChain(name: string): boolean;
}

const UINT64_MAX = 2n ** 64n - 1n;

/** As sscanf reads it: the digits that a word begins with, and no more than 64 bits hold. */
const readCounter = (text: string): bigint | undefined => {
  const digits = /^\s*\+?(\d+)/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const count = BigInt(digits);
  return count < UINT64_MAX ? count : UINT64_MAX;
};

/** `-c PACKETS BYTES`. */
export const readCounters = (option: WrittenOption | undefined): Counters | undefined => {
  if (option === undefined) return undefined;
  const [packets, bytes] = option.values.map(readCounter);
  if (packets === undefined || bytes === undefined) {
    throw new InputError(option.position, 'counters are two numbers', 'write -c PACKETS BYTES');
  }
  return { packets, bytes };
};

/** A match or a target that the line named, with the options that fell to it. */
export type LoadedExtension = LoadedMatch | LoadedTarget;

export interface LoadedMatch {
  readonly kind: 'match';
  readonly module: AnyMatchModule;
  readonly position: Position;
  readonly options: WrittenOption[];
}

export interface LoadedTarget {
  readonly kind: 'target';
  readonly module: AnyTargetModule;
  readonly position: Position;
  readonly options: WrittenOption[];
}
