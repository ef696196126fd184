import process from 'node:process';
import { parseArgs } from 'node:util';
import { readArguments, showUsage } from '../arguments.ts';
import { install } from '../dns-servers/install.ts';
import type { Latency } from '../dns-servers/load.ts';
import { fillWith, latencyWith, loadWith } from '../dns-servers/load.ts';
import { middle } from '../dns-servers/measured.ts';
import type { Starter } from '../dns-servers/measure.ts';
import { progress, withServers } from '../dns-servers/measure.ts';
import { HOT_NAMES, unheardOf } from '../dns-servers/names.ts';
import type { Server } from '../dns-servers/servers.ts';
import { HERE, startOurs } from '../dns-servers/servers.ts';

/*
 * What others hear while one client asks as fast as it can: without `limit`, and with it. They ask a thousand times a second, for
 * names in the cache and for others in turn; each server has them alone, and then beside that client.
 */

const SECONDS = 4;
const RATE = 1000;
const OTHERS = '127.0.0.1';
const GREEDY = '127.0.0.2';
const PORT = 5391;

const USAGE = `usage: pnpm bench:limit [--rounds N]

  --rounds N  how many rounds (5); a minute each
`;

const limited = (over: string): readonly string[] => [`limit 500 50 {\n    over ${over}\n    except ${OTHERS}\n  }`];

const KINDS: readonly { readonly name: string; readonly lines: readonly string[] }[] = [
  { name: 'without limit', lines: [] },
  { name: 'over truncate', lines: limited('truncate') },
  { name: 'over refuse', lines: limited('refuse') },
  { name: 'over drop', lines: limited('drop') },
];

const starterOf =
  ({ name, lines }: (typeof KINDS)[number], index: number): Starter =>
  (folder, upstream, over) =>
    startOurs({ checkout: HERE, name, folder, port: PORT + 10 * index, upstream, metrics: PORT + 10 * index + 5, over, lines });

const mixed = (): readonly string[] => unheardOf(RATE * SECONDS).flatMap((name, index) => [name, HOT_NAMES[index % HOT_NAMES.length] ?? name]);

const others = (server: Server, folder: string): Promise<Latency> =>
  latencyWith(server, folder, mixed(), { seconds: SECONDS, perSecond: RATE, atOnce: 60_000, from: OTHERS });

interface Found {
  readonly alone: number[];
  readonly beside: number[];
  readonly greedy: number[];
}

const OPTIONS = { rounds: { type: 'string', default: '5' }, help: { type: 'boolean', short: 'h', default: false } } as const;

const values = readArguments(USAGE, (args) => parseArgs({ args, options: OPTIONS }).values);
const rounds = Number(values?.rounds);
if (values?.help === true || (values !== undefined && !(Number.isInteger(rounds) && rounds > 0))) showUsage(USAGE, values.help);
else if (values !== undefined) {
  install();
  const found = new Map<string, Found>(KINDS.map(({ name }) => [name, { alone: [], beside: [], greedy: [] }]));
  for (let round = 1; round <= rounds; round += 1) {
    progress(`round ${round} of ${rounds}`);
    await withServers(KINDS.map(starterOf), 'udp', async (servers, _upstream, folder) => {
      for (const server of servers) {
        const row = found.get(server.name);
        await fillWith(server, folder, HOT_NAMES);
        row?.alone.push((await others(server, folder)).p99Microseconds);
        const greedy = loadWith(server, folder, unheardOf(400_000), { seconds: SECONDS + 1, once: true, from: GREEDY });
        row?.beside.push((await others(server, folder)).p99Microseconds);
        row?.greedy.push((await greedy).perSecond);
      }
    });
  }
  process.stdout.write(`others' p99 in µs, medians of ${rounds}: alone, beside a client at full speed, ratio; and what that client got a second\n`);
  for (const [name, { alone, beside, greedy }] of found) {
    const [before, after] = [middle(alone), middle(beside)];
    const cells = [before.toFixed(0), after.toFixed(0), `${(after / before).toFixed(2)}x`, middle(greedy).toFixed(0)];
    process.stdout.write(`${name.padEnd(16)}${cells.map((cell) => cell.padStart(10)).join('')}\n`);
  }
}
