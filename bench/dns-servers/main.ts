import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { readArguments, showUsage } from '../arguments.ts';
import { COREDNS_VERSION, corednsBinary } from './coredns.ts';
import { measureFaults } from './faults/faults.ts';
import { install } from './install.ts';
import { loadWith } from './load.ts';
import type { Part, Starter } from './measure.ts';
import { measure, withServers } from './measure.ts';
import { HOT_NAMES } from './names.ts';
import { profileOf } from './profile.ts';
import { faultTable, profileText, reportOf } from './report.ts';
import { HERE, startCoreDns, startDnsmasq, startNodeCache, startOurs, startUnbound } from './servers.ts';
import { deadUpstream } from './steps/dead-upstream.ts';
import { hits } from './steps/hits.ts';
import { memoryWhenFull, memoryWhenStarted } from './steps/memory.ts';
import { missesOver } from './steps/misses.ts';
import { overload } from './steps/overload.ts';
import { throughput } from './steps/threads.ts';

/*
 * dns-cache beside unbound, dnsmasq and CoreDNS, all forwarding to one nsd, under dnsperf: the same machine, the same
 * queries, the same run. Rounds alternate between the servers, so that what else the machine does falls on all of them.
 */

const PROFILE_SECONDS = 2;
const PORTS = { ours: 5391, unbound: 5392, dnsmasq: 5393, metrics: 5394, coredns: 5395, nodeCache: 5396, others: 5400 } as const;
const USAGE = `usage: pnpm bench:dns [--rounds N] [--node VERSION]... [--faults] [--write]

  --rounds N      how many rounds (3); some four minutes each
  --node VERSION  dns-cache also on this Node.js, which npm has (22)
  --faults        overload, dead upstreams and other faults alone
  --write         the table into bench/RESULTS.md, what faults do into docs/conformance.md

  COREDNS and NODE_CACHE name binaries; without the first CoreDNS is built from its Go module, where Go is there.
`;

const oursBy =
  (threads: number): Starter =>
  (folder, upstream, over) =>
    startOurs({
      checkout: HERE,
      name: threads === 1 ? 'dns-cache' : `by ${threads} threads`,
      folder,
      port: PORTS.ours + (threads - 1) * 30,
      upstream,
      metrics: PORTS.metrics + (threads - 1) * 30,
      over,
      threads,
    });

const FAULTY_LOADS: Part = { over: 'udp', steps: [overload, deadUpstream] };

const PARTS: readonly Part[] = [
  { over: 'udp', steps: [memoryWhenStarted, hits, missesOver('UDP'), memoryWhenFull] },
  FAULTY_LOADS,
  { over: 'tcp', steps: [missesOver('TCP')] },
  { over: 'udp', steps: [throughput], starters: [oursBy(1), oursBy(2)] },
];

/** The program of a version that npm has, as its package `node`. */
const nodeProgram = (version: string): string =>
  execFileSync('npm', ['exec', '--yes', `--package=node@${version}`, '--', 'node', '-p', 'process.execPath'], { encoding: 'utf8' }).trim();

const startersFor = (versions: readonly string[]): readonly Starter[] => {
  const coredns = corednsBinary();
  const nodeCache = process.env['NODE_CACHE'];
  return [
    oursBy(1),
    (folder, upstream, over) => startUnbound(folder, PORTS.unbound, upstream, over),
    (folder, upstream, over) => (over === 'tcp' ? undefined : startDnsmasq(folder, PORTS.dnsmasq, upstream)),
    ...(coredns === undefined ? [] : [((folder, upstream, over) => startCoreDns(coredns, folder, PORTS.coredns, upstream, over)) satisfies Starter]),
    ...(nodeCache === undefined ? [] : [((folder, upstream, over) => startNodeCache(nodeCache, folder, PORTS.nodeCache, upstream, over)) satisfies Starter]),
    ...versions.map((version, index): Starter => {
      const program = nodeProgram(version);
      const port = PORTS.others + 2 * index;
      return (folder, upstream, over) => startOurs({ checkout: HERE, name: `on Node.js ${version}`, folder, port, upstream, metrics: port + 1, over, program });
    }),
  ];
};

const versionOf = (program: string, argument: string): string => {
  const text = execFileSync('sh', ['-c', `${program} ${argument} 2>&1; true`], { encoding: 'utf8' });
  return /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0] ?? '';
};

const machineText = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? 'a processor'}; Node.js ${process.versions.node}, unbound ${versionOf('unbound', '-V')}, ` +
  `dnsmasq ${versionOf('dnsmasq', '--version')}, CoreDNS ${COREDNS_VERSION}; ${new Date().toISOString().slice(0, 10)}`;

const writeResults = (rounds: number, report: string): void => {
  const text = [
    '# Results of `pnpm bench:dns`',
    '',
    `${machineText()}. Medians of ${rounds} rounds in which the servers took turns; ratios say more than numbers.`,
    '',
    '```text',
    report.trimEnd(),
    '```',
    '',
  ].join('\n');
  writeFileSync(join(HERE, 'bench', 'RESULTS.md'), text);
};

/** Between its marks, so that what stands around it stays. */
const writeFaults = (rounds: number, table: string): void => {
  const path = join(HERE, 'docs', 'conformance.md');
  const [before = '', , after = ''] = readFileSync(path, 'utf8').split(/(?<=<!-- faults -->\n)|(?=<!-- \/faults -->)/);
  writeFileSync(path, `${before}\n${machineText()}. Medians of ${rounds} rounds.\n\n${table}\n${after}`);
};

const OPTIONS = {
  rounds: { type: 'string', default: '3' },
  node: { type: 'string', multiple: true },
  faults: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const values = readArguments(USAGE, (args) => parseArgs({ args, options: OPTIONS }).values);
const rounds = Number(values?.rounds);
if (values?.help === true || (values !== undefined && !(Number.isInteger(rounds) && rounds > 0))) showUsage(USAGE, values.help);
else if (values !== undefined) {
  install();
  const starters = startersFor(values.node ?? []);
  const measured = await measure(starters, values.faults ? [FAULTY_LOADS] : PARTS, rounds);
  await measureFaults(starters, measured, rounds);
  const report = reportOf(measured);
  process.stdout.write(report);
  if (values.write) writeFaults(rounds, faultTable(measured));
  if (values.write && !values.faults) writeResults(rounds, report);
  const shares = values.faults ? [] : await withServers(starters.slice(0, 1), 'udp', async ([server], _upstream, folder) => {
    if (server === undefined) return [];
    const [profile] = await Promise.all([profileOf(PORTS.metrics, PROFILE_SECONDS), loadWith(server, folder, HOT_NAMES, { seconds: PROFILE_SECONDS + 1 })]);
    return profile;
  });
  if (shares.length > 0) process.stdout.write(profileText(shares));
}
