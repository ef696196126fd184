import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { queries } from './names.ts';
import type { Usage } from './process.ts';
import { usageOf } from './process.ts';
import type { Server } from './servers.ts';

const run = promisify(execFile);
const OUTPUT_OCTETS_MAX = 1 << 30;

export interface Load {
  readonly completed: number;
  readonly sent: number;
  readonly lost: number;
  readonly servfail: number;
  readonly perSecond: number;
  /** Of the server, for each query. */
  readonly cpu: { readonly userMicroseconds: number; readonly systemMicroseconds: number; readonly microseconds: number };
}

const numberOf = (text: string, label: string): number =>
  Number(new RegExp(`${label}:\\s+([\\d.]+)`).exec(text)?.[1] ?? Number.NaN);

const spent = (before: Usage, after: Usage, completed: number): Load['cpu'] => ({
  userMicroseconds: ((after.userMs - before.userMs) * 1000) / completed,
  systemMicroseconds: ((after.systemMs - before.systemMs) * 1000) / completed,
  microseconds: (after.microseconds - before.microseconds) / completed,
});

const dnsperf = async (server: Server, folder: string, names: readonly string[], args: readonly string[]): Promise<string> => {
  const own = mkdtempSync(join(folder, 'load-'));
  try {
    const file = join(own, 'queries');
    writeFileSync(file, queries(names));
    const { stdout } = await run('dnsperf', ['-s', '127.0.0.1', '-p', String(server.port), '-d', file, ...args], {
      maxBuffer: OUTPUT_OCTETS_MAX,
    });
    return stdout;
  } finally {
    rmSync(own, { recursive: true });
  }
};

export interface LoadOptions {
  readonly seconds: number;
  /** As fast as it goes, unless given. */
  readonly perSecond?: number;
  /** Queries under way (200). */
  readonly atOnce?: number;
  /** Each name is asked for once at most. */
  readonly once?: boolean;
  /** After this a query is lost (dnsperf's 5 s). */
  readonly timeoutSeconds?: number;
  /** The address that asks; routing's choice unless given. */
  readonly from?: string;
}

const argumentsOf = ({ seconds, perSecond, atOnce = 200, once = false, timeoutSeconds = 5, from }: LoadOptions): readonly string[] => [
  '-l', String(seconds), '-c', '4', '-q', String(atOnce), '-t', String(timeoutSeconds),
  ...(perSecond === undefined ? [] : ['-Q', String(Math.round(perSecond))]),
  ...(once ? ['-n', '1'] : []),
  ...(from === undefined ? [] : ['-a', from]),
];

const loadOf = (text: string, cpu: Load['cpu']): Load => ({
  completed: numberOf(text, 'Queries completed'),
  sent: numberOf(text, 'Queries sent'),
  lost: numberOf(text, 'Queries lost'),
  servfail: Number(/SERVFAIL (\d+)/.exec(text)?.[1] ?? 0),
  perSecond: numberOf(text, 'Queries per second'),
  cpu,
});

export const loadWith = async (server: Server, folder: string, names: readonly string[], options: LoadOptions): Promise<Load> => {
  const before = usageOf(server.pid);
  const text = await dnsperf(server, folder, names, argumentsOf(options));
  return loadOf(text, spent(before, usageOf(server.pid), numberOf(text, 'Queries completed')));
};

export interface Latency extends Load {
  readonly p50Microseconds: number;
  readonly p99Microseconds: number;
}

/** The same, with dnsperf's own account of each query. */
export const latencyWith = async (server: Server, folder: string, names: readonly string[], options: LoadOptions): Promise<Latency> => {
  const before = usageOf(server.pid);
  const text = await dnsperf(server, folder, names, [...argumentsOf(options), '-v']);
  const times = [...text.matchAll(/^> \S+ \S+ \S+ ([\d.]+)$/gm)].map(([, time]) => Number(time) * 1e6).toSorted((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? Number.NaN;
  const load = loadOf(text, spent(before, usageOf(server.pid), numberOf(text, 'Queries completed')));
  return { ...load, p50Microseconds: at(0.5), p99Microseconds: at(0.99) };
};

/** Asks for each name once. */
export const fillWith = async (server: Server, folder: string, names: readonly string[]): Promise<void> => {
  await dnsperf(server, folder, names, ['-n', '1', '-c', '2', '-q', '50']);
};
