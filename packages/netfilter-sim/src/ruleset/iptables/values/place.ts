import type { TableName } from '../../shared/hooks.ts';

/** Where a rule stands in its table; numbers count from 1. */
export interface IptablesPlace {
  readonly table: TableName;
  readonly chain: string;
  readonly number: number;
}
