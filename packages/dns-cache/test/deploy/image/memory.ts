import { readFileSync } from 'node:fs';

const KIBI = 1024;
const MEBI = 1 << 20;

/** `400Mi` in octets. */
export const octetsOf = (quantity: string | number | undefined): number => {
  const [, number] = /^(\d+)Mi$/.exec(String(quantity)) ?? [];
  if (number === undefined) throw new RangeError(`${String(quantity)} is not so many Mi`);
  return Number(number) * MEBI;
};

/** What a process has in memory: all of it, and without what others have too (shared pages are divided among them). */
interface Memory {
  readonly rssMi: number;
  readonly pssMi: number;
}

const memoryOf = (pid: number): Memory => {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mi = (name: string): number => {
    const [, kibi] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text) ?? [];
    if (kibi === undefined) throw new RangeError(`/proc/${pid}/smaps_rollup has no ${name}`);
    return Math.round((Number(kibi) * KIBI) / (MEBI / 10)) / 10;
  };
  return { rssMi: mi('Rss'), pssMi: mi('Pss') };
};

/** Seconds of the processor that it has used. */
export const processorSecondsOf = (pid: number): number => {
  // After the name, which may have spaces: user and system time are fields 14 and 15 of proc(5), in hundredths.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

/** A row of the README's table: its processes, the first one first. */
export const memoryRow = (when: string, pids: readonly number[]): string =>
  `| ${[when, ...pids.map(memoryOf).map(({ rssMi, pssMi }) => `${rssMi} (${pssMi})`)].join(' | ')} |`;
