import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import process from 'node:process';
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

const { values, positionals } = parseArgs({ allowPositionals: true, options: { pairs: { type: 'string', default: '7' }, help: { type: 'boolean', short: 'h' } } });
const [other] = positionals;
const pairs = Number(values.pairs);
if (values.help === true) {
  process.stdout.write(USAGE);
} else if (other === undefined || positionals.length > 1 || !(Number.isInteger(pairs) && pairs > 0)) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
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
