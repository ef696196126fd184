import type { Family } from '../../../../src/packet/address.ts';
import type { ProtocolName } from '../place.ts';

/** Where a generated rule of nftables stands. */
export interface NftPlace {
  readonly family: Family;
  /** A table of the packets' own family, of both, or either. */
  readonly table: 'own' | 'inet' | 'either';
  /** Chains that other chains enter name no hook. */
  readonly hook: NftHook | undefined;
  readonly type: 'filter' | 'route' | 'nat';
  /** Of chains that translate: which end. */
  readonly manip?: 'source' | 'destination';
  /** Chains that it may enter. */
  readonly jumps: readonly string[];
  /** A packet that leaves cannot be rejected. */
  readonly rejects: boolean;
}

export type NftHook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

export type NftProtocol = ProtocolName;
