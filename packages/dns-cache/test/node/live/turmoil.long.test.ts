import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFailed } from 'vitest';
import { seeded } from '../../support/world.ts';
import { note, whyNoNode } from '../support/namespace.ts';
import { ADDRESSES } from './cluster.ts';
import type { LiveNode } from './node.ts';
import { serversOf, until } from './node.ts';
import { endNode, hasLink, nodeOf, rulesOf } from './slips.ts';
import { isUp, Turmoil } from './turmoil.ts';

const { local, cluster } = ADDRESSES.ipv4;

/** `TURMOIL_SEEDS=1-20` (`pnpm test:turmoil`): each takes most of a minute. `TURMOIL_FLAGS` are more of what the agents are told. */
const [from = 1, to = from] = (process.env['TURMOIL_SEEDS'] ?? '').split('-').filter((word) => word !== '').map(Number);
const seeds = process.env['TURMOIL_SEEDS'] === undefined ? [] : Array.from({ length: to - from + 1 }, (_, index) => from + index);
const flags = (process.env['TURMOIL_FLAGS'] ?? '').split(' ').filter((word) => word !== '');
const unasked = seeds.length === 0 ? ' (skipped: only where TURMOIL_SEEDS says which)' : '';

const ROUNDS = 3;
/** By then servers without a supervisor have ended, and one that waited serves. */
const QUIET_MS = 6500;
const BUSY_MAX = 0.9;

const hasRules = (live: LiveNode): boolean => rulesOf(live) > 0 || live.shell('nft list tables').includes('inet nodelocaldns');

const answersAt = (live: LiveNode, address: string): boolean =>
  live.dig('pod', address, `x${Math.random().toString(36).slice(2)}.cluster.local`, '+time=1') === '192.0.2.1';

const serversThere = (live: LiveNode): string =>
  live.shell(`for pid in $(pgrep -f '[n]ode-server'); do [ "$(readlink /proc/$pid/ns/net)" = "$(readlink /proc/self/ns/net)" ] && echo $pid; done; true`).trim();

/** Seconds of a processor that it has had. */
const processorSeconds = (pid: number): number => {
  const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const fields = after.split(' ').map(Number);
  return ((fields[11] ?? 0) + (fields[12] ?? 0)) / 100;
};

describe.skipIf(whyNoNode !== undefined || seeds.length === 0)(`agents that come and go as dice have it${note}${unasked}`, () => {
  afterEach(endNode);

  it.each(seeds.length === 0 ? [1] : seeds)('seed %i', async (seed) => {
    const live = await nodeOf();
    const began = Date.now();
    const happened: string[] = [];
    onTestFailed(() => void process.stderr.write(`seed ${seed}\n${happened.join('\n')}\n`));
    const random = seeded(seed);
    const turmoil = new Turmoil(live, flags, random, (line) => happened.push(`${((Date.now() - began) / 1000).toFixed(3)} ${line}`));
    const there = () => turmoil.agents.filter(isUp);
    await turmoil.start().process.until(/The rules are in place/);
    const load = await live.load(cluster, 50);

    for (let round = 0; round < ROUNDS; round += 1) {
      await turmoil.rage(2 + Math.floor(random() * 5));
      await sleep(QUIET_MS);
      await until(() => answersAt(live, cluster), () => `${cluster} is not answered`);
      if (there().every(({ isDone }) => isDone)) await turmoil.start().process.until(/The rules are in place/);
      await until(() => answersAt(live, local) && hasRules(live) && hasLink(live), () => `${local} is not served`);
      await until(() => there().every(({ isDone }) => !isDone), () => 'one that was told to end goes on');
      const pids = there().flatMap((agent) => [agent.process.child.pid ?? 0, ...serversOf(live, agent.process)]);
      const before = pids.map(processorSeconds);
      await sleep(1000);
      for (const [index, pid] of pids.entries()) expect(processorSeconds(pid) - (before[index] ?? 0)).toBeLessThan(BUSY_MAX);
    }

    for (const agent of there()) agent.process.child.kill('SIGTERM');
    for (const agent of turmoil.agents) await agent.process.ended;
    await until(() => serversThere(live) === '', () => `servers are left: ${serversThere(live)}`);
    const result = await load.stop();
    process.stderr.write(`seed ${seed}: ${JSON.stringify(result)}\n`);
    const files = live.shell(`ls ${live.folder} ${live.folder}/state`).split('\n');
    expect([hasRules(live), hasLink(live), files.filter((file) => /^(pid|agent|handover|trial)/.test(file))]).toEqual([false, false, []]);
    expect(result.outageMs).toBeLessThan(3000);
  }, 240_000);
});
