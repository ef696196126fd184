import type { BackEnd, TableName } from '../../shared/hooks.ts';

/** Where a rule stands in its table; numbers count from 1. */
export interface IptablesPlace {
  readonly table: TableName;
  /** As in `Table`. */
  readonly backEnd?: BackEnd;
  readonly chain: string;
  /** From 1. */
  readonly number: number;
}
