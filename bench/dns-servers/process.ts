import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used, as the kernel counts it. */
export interface Usage {
  /** In ticks of the clock, so that it takes some time to say much. */
  readonly userMs: number;
  readonly systemMs: number;
  /** Of both, to the nanosecond. */
  readonly microseconds: number;
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** proc_pid_schedstat: nanoseconds on a processor come first. */
const scheduledMicroseconds = (pid: number): number => {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1000;
  }
  return sum;
};

/** proc_pid_stat(5): fields 14 and 15, counted after the command in parentheses. */
export const usageOf = (pid: number): Usage => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const toMs = (ticks: string | undefined): number => (Number(ticks) / ticksPerSecond) * 1000;
  return { userMs: toMs(fields[11]), systemMs: toMs(fields[12]), microseconds: scheduledMicroseconds(pid) };
};

const statusKb = (pid: number, what: string): number =>
  Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/** Resident memory in kilobytes. */
export const residentKb = (pid: number): number => statusKb(pid, 'VmRSS');

/** The most that it ever was. */
export const peakKb = (pid: number): number => statusKb(pid, 'VmHWM');
