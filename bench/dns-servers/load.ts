import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { queries } from './names.ts';
import type { Usage } from './process.ts';
import { usageOf } from './process.ts';
import type { Server } from './servers.ts';

const run = promisify(execFile);
const OUTPUT_OCTETS_MAX = 1 << 29;

export interface Load {
  readonly completed: number;
  readonly lost: number;
  readonly perSecond: number;
  /** Of the server, for each query. */
  readonly cpu: { readonly userMicroseconds: number; readonly systemMicroseconds: number };
}

const numberOf = (text: string, label: string): number =>
  Number(new RegExp(`${label}:\\s+([\\d.]+)`).exec(text)?.[1] ?? Number.NaN);

const spent = (before: Usage, after: Usage, completed: number): Load['cpu'] => ({
  userMicroseconds: ((after.userMs - before.userMs) * 1000) / completed,
  systemMicroseconds: ((after.systemMs - before.systemMs) * 1000) / completed,
});

const dnsperf = async (server: Server, folder: string, names: readonly string[], args: readonly string[]): Promise<string> => {
  const file = join(folder, 'queries');
  writeFileSync(file, queries(names));
  const { stdout } = await run('dnsperf', ['-s', '127.0.0.1', '-p', String(server.port), '-d', file, ...args], {
    maxBuffer: OUTPUT_OCTETS_MAX,
  });
  return stdout;
};

/** As fast as it goes, or at a rate. */
export const loadWith = async (
  server: Server,
  folder: string,
  names: readonly string[],
  seconds: number,
  perSecondMax?: number,
): Promise<Load> => {
  const before = usageOf(server.pid);
  const rate = perSecondMax === undefined ? [] : ['-Q', String(Math.round(perSecondMax))];
  const text = await dnsperf(server, folder, names, ['-l', String(seconds), '-c', '4', '-q', '200', ...rate]);
  const completed = numberOf(text, 'Queries completed');
  return {
    completed,
    lost: numberOf(text, 'Queries lost'),
    perSecond: numberOf(text, 'Queries per second'),
    cpu: spent(before, usageOf(server.pid), completed),
  };
};

export interface Latency {
  readonly p50Microseconds: number;
  readonly p99Microseconds: number;
}

/** At a rate: dnsperf's own account of each query. */
export const latencyAt = async (
  server: Server,
  folder: string,
  names: readonly string[],
  seconds: number,
  perSecond: number,
): Promise<Latency> => {
  const rate = String(Math.round(perSecond));
  const text = await dnsperf(server, folder, names, ['-l', String(seconds), '-c', '4', '-q', '200', '-Q', rate, '-v']);
  const times = [...text.matchAll(/^> \S+ \S+ \S+ ([\d.]+)$/gm)].map(([, time]) => Number(time) * 1e6).toSorted((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? Number.NaN;
  return { p50Microseconds: at(0.5), p99Microseconds: at(0.99) };
};

/** Asks for each name once. */
export const fillWith = async (server: Server, folder: string, names: readonly string[]): Promise<void> => {
  await dnsperf(server, folder, names, ['-n', '1', '-c', '2', '-q', '50']);
};
