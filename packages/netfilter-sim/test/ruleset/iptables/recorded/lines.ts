import { readFileSync } from 'node:fs';
import type { Family, TableName } from '@nodelocal/netfilter-sim';

/** One line of a recording: what the real tools made of a rule. */
export interface RecordedLine {
  readonly table: TableName;
  readonly chain: string;
  readonly written: string;
  /** The rules as printed, without `-A CHAIN`; undefined where it was refused. */
  readonly printed: readonly string[] | undefined;
}

const readLine = (line: string): RecordedLine => {
  const [, table = '', chain = '', written = '', result = ''] = /^(\S+) (\S+) (.*) => ?(.*)$/.exec(line) ?? [];
  const printed = result === 'refused' ? undefined : result.split(' | ');
  return { table: table as TableName, chain, written, printed };
};

export const readRecording = (family: Family): readonly RecordedLine[] =>
  readFileSync(new URL(`${family}.txt`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(readLine);

/** A rule set with a user chain T1 and that one rule. */
export const ruleSetText = ({ table, chain, written }: RecordedLine): string =>
  `*${table}\n:T1 - [0:0]\n-A ${chain} ${written}\nCOMMIT\n`;
