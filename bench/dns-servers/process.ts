import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process has used, as the kernel counts it. */
export interface Usage {
  readonly userMs: number;
  readonly systemMs: number;
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** proc_pid_stat(5): fields 14 and 15, counted after the command in parentheses. */
export const usageOf = (pid: number): Usage => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const toMs = (ticks: string | undefined): number => (Number(ticks) / ticksPerSecond) * 1000;
  return { userMs: toMs(fields[11]), systemMs: toMs(fields[12]) };
};

/** Resident memory in kilobytes. */
export const residentKb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
