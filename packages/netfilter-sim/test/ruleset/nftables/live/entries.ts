import { printTable } from '@nodelocal/netfilter-sim';
import type { ModelReport } from './model.ts';

/** A line of `conntrack -L` without its time. */
export const entryLine = (line: string): string =>
  line
    .replace(/^(\w+\s+\d+) \d+/, '$1')
    .replace(/ use=\d+/, '')
    .trim();

export const modelEntries = ({ state }: ModelReport): readonly string[] =>
  printTable(state.conntrack, state.now).map(entryLine).sort();
