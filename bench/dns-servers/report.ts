import process from 'node:process';
import type { Measured } from './measured.ts';
import { middle } from './measured.ts';

interface Row {
  readonly what: string;
  readonly digits: number;
  readonly of: (measured: Measured) => readonly number[];
}

const ROWS: readonly Row[] = [
  { what: 'CPU per cached query, µs', digits: 2, of: ({ loads }) => loads.map((load) => load.cpu.userMicroseconds + load.cpu.systemMicroseconds) },
  { what: '  of it in the process', digits: 2, of: ({ loads }) => loads.map((load) => load.cpu.userMicroseconds) },
  { what: '  of it in the kernel', digits: 2, of: ({ loads }) => loads.map((load) => load.cpu.systemMicroseconds) },
  { what: 'queries per second', digits: 0, of: ({ loads }) => loads.map((load) => load.perSecond) },
  { what: 'queries lost', digits: 0, of: ({ loads }) => loads.map((load) => load.lost) },
  { what: 'latency at half load, p50, µs', digits: 0, of: ({ latencies }) => latencies.map(({ p50Microseconds }) => p50Microseconds) },
  { what: 'latency at half load, p99, µs', digits: 0, of: ({ latencies }) => latencies.map(({ p99Microseconds }) => p99Microseconds) },
  { what: 'memory when started, MB', digits: 1, of: ({ memories }) => memories.map(({ startedKb }) => startedKb / 1024) },
  { what: 'memory with both stores full, MB', digits: 1, of: ({ memories }) => memories.map(({ fullKb }) => fullKb / 1024) },
];

const WIDTH = 14;

const line = (what: string, cells: readonly string[]): string =>
  `${what.padEnd(34)}${cells.map((cell) => cell.padStart(WIDTH)).join('')}\n`;

/** A table of the medians over all turns, each peer also as the ratio of ours to it. */
export const printReport = (measured: readonly Measured[]): void => {
  const [ours, ...peers] = measured;
  if (ours === undefined) return;
  const heads = [ours.name, ...peers.flatMap(({ name }) => [name, `${ours.name === 'dns-cache' ? 'ours' : ours.name} / ${name}`])];
  process.stdout.write(line('', heads));
  for (const { what, digits, of } of ROWS) {
    const [own = Number.NaN, ...others] = [ours, ...peers].map((one) => middle(of(one)));
    const cells = others.flatMap((other) => [other.toFixed(digits), other > 0 ? `${(own / other).toFixed(2)}x` : '']);
    process.stdout.write(line(what, [own.toFixed(digits), ...cells]));
  }
};

export const printProfile = (shares: readonly (readonly [string, number])[]): void => {
  process.stdout.write('\nwhere the time of dns-cache goes, under full load\n');
  for (const [place, share] of shares) {
    if (share >= 0.01) process.stdout.write(`${`${(share * 100).toFixed(0)} %`.padStart(6)}  ${place}\n`);
  }
};
