import type { BackEnd, TableName } from '../../shared/hooks.ts';

/** Where a rule stands in its table; numbers count from 1. */
export interface IptablesPlace {
  readonly table: TableName;
  /** As in `Table`; absent: the back end that `iptables` itself uses. */
  readonly backEnd?: BackEnd;
  readonly chain: string;
  /** From 1. */
  readonly number: number;
}
