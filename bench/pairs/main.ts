import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import process from 'node:process';
import { readArguments, showUsage } from '../arguments.ts';
import { install } from '../dns-servers/install.ts';
import { measure } from '../dns-servers/measure.ts';
import { reportOf } from '../dns-servers/report.ts';
import { HERE, startOurs } from '../dns-servers/servers.ts';
import { hits } from '../dns-servers/steps/hits.ts';
import { memoryWhenFull, memoryWhenStarted } from '../dns-servers/steps/memory.ts';
import { missesOver } from '../dns-servers/steps/misses.ts';
import { compareLibraries } from './netfilter-sim.ts';

/*
 * This checkout beside another one, which stands built in a folder of its own: every benchmark of both in turn, so
 * that what else the machine does falls on both. Quote the ratios of medians; one pair says little.
 */

const PORTS = { now: 5391, before: 5392, metricsNow: 5394, metricsBefore: 5395 } as const;
const USAGE = `usage: pnpm bench:pairs CHECKOUT [--pairs N]

  CHECKOUT   another checkout of this repository, installed and built (tsc -b)
  --pairs N  how many pairs (7)
`;

const OPTIONS = { pairs: { type: 'string', default: '7' }, help: { type: 'boolean', short: 'h', default: false } } as const;

const given = readArguments(USAGE, (args) => parseArgs({ args, allowPositionals: true, options: OPTIONS }));
const [other, ...surplus] = given?.positionals ?? [];
const pairs = Number(given?.values.pairs);
if (given !== undefined && (given.values.help || other === undefined || surplus.length > 0 || !(Number.isInteger(pairs) && pairs > 0))) showUsage(USAGE, given.values.help);
else if (other !== undefined) {
  const before = resolve(process.env['INIT_CWD'] ?? process.cwd(), other);
  install();
  await compareLibraries(HERE, before, pairs);
  const sides = [
    { checkout: HERE, name: 'now', port: PORTS.now, metrics: PORTS.metricsNow },
    { checkout: before, name: 'before', port: PORTS.before, metrics: PORTS.metricsBefore },
  ];
  const measured = await measure(
    sides.map((side) => (folder, upstream, over) => startOurs({ ...side, folder, upstream, over })),
    [
      { over: 'udp', steps: [memoryWhenStarted, hits, missesOver('UDP'), memoryWhenFull] },
      { over: 'tcp', steps: [missesOver('TCP')] },
    ],
    pairs,
  );
  process.stdout.write(reportOf(measured));
}
