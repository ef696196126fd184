import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Load } from './load.ts';
import { fillWith, latencyAt, loadWith } from './load.ts';
import type { Measured } from './measured.ts';
import { middle } from './measured.ts';
import { existing, HOT_NAMES, missing, STORE_ENTRIES } from './names.ts';
import { residentKb } from './process.ts';
import { profileOf } from './profile.ts';
import { printReport } from './report.ts';
import type { Server } from './servers.ts';
import { startDnsmasq, startNsd, startOurs, startUnbound } from './servers.ts';

/*
 * dns-cache beside unbound and dnsmasq, all forwarding to one nsd, under dnsperf: the same machine, the same queries,
 * the same run. Rounds alternate between the servers, so that what else the machine does falls on all of them.
 */

const ROUNDS = 3;
const LOAD_SECONDS = 3;
const LATENCY_SECONDS = 2;
const PORTS = { nsd: 5390, ours: 5391, unbound: 5392, dnsmasq: 5393, metrics: 5394 } as const;

const NEEDED = { unbound: 'unbound', dnsmasq: 'dnsmasq-base', dnsperf: 'dnsperf', nsd: 'nsd', dig: 'bind9-dnsutils' } as const;

/** Debian's packages, where they are missing. */
const install = (): void => {
  process.env['PATH'] = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  const lacking = Object.entries(NEEDED).filter(([program]) => {
    try {
      execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  if (lacking.length === 0) return;
  process.stderr.write(`installing ${lacking.map(([, name]) => name).join(' ')}\n`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
  const packages = lacking.map(([, name]) => name);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env: environment, stdio: 'ignore' });
};

const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
};

const measureLoads = async (servers: readonly Server[], folder: string): Promise<ReadonlyMap<string, readonly Load[]>> => {
  const loads = new Map<string, Load[]>();
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const server of servers) {
      progress(`round ${round} of ${ROUNDS}: ${server.name}`);
      loads.set(server.name, [...(loads.get(server.name) ?? []), await loadWith(server, folder, HOT_NAMES, LOAD_SECONDS)]);
    }
  }
  return loads;
};

/** Asks for as many names as both stores hold, and gives what is resident then. */
const fill = async (server: Server, folder: string): Promise<number> => {
  const indexes = Array.from({ length: STORE_ENTRIES }, (_, index) => index);
  await fillWith(server, folder, indexes.map(existing));
  await fillWith(server, folder, indexes.map(missing));
  return residentKb(server.pid);
};

const measure = async (servers: readonly Server[], folder: string): Promise<readonly Measured[]> => {
  const startedKb = new Map(servers.map(({ name, pid }) => [name, residentKb(pid)]));
  for (const server of servers) await fillWith(server, folder, HOT_NAMES);
  const loads = await measureLoads(servers, folder);
  // The same rate for all: half of what the slowest of them can do.
  const rate = Math.min(...[...loads.values()].map((all) => middle(all.map(({ perSecond }) => perSecond)))) / 2;
  const measured: Measured[] = [];
  for (const server of servers) {
    progress(`latency: ${server.name}`);
    const latency = await latencyAt(server, folder, HOT_NAMES, LATENCY_SECONDS, rate);
    progress(`memory: ${server.name}`);
    const memory = { startedKb: startedKb.get(server.name) ?? Number.NaN, fullKb: await fill(server, folder) };
    measured.push({ name: server.name, loads: loads.get(server.name) ?? [], latency, memory });
  }
  return measured;
};

const profileUnderLoad = async (ours: Server, folder: string): ReturnType<typeof profileOf> => {
  const [shares] = await Promise.all([profileOf(PORTS.metrics, LATENCY_SECONDS), loadWith(ours, folder, HOT_NAMES, LOAD_SECONDS)]);
  return shares;
};

install();
const folder = mkdtempSync(join(tmpdir(), 'dns-servers-'));
const started: Server[] = [];
try {
  started.push(await startNsd(folder, PORTS.nsd));
  const ours = await startOurs(folder, PORTS.ours, PORTS.nsd, PORTS.metrics);
  const servers = [ours, await startUnbound(folder, PORTS.unbound, PORTS.nsd), await startDnsmasq(folder, PORTS.dnsmasq, PORTS.nsd)];
  started.push(...servers);
  const measured = await measure(servers, folder);
  printReport(measured, await profileUnderLoad(ours, folder));
} finally {
  for (const server of started) await server.stop();
  rmSync(folder, { recursive: true });
}
