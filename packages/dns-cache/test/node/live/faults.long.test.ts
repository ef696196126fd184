import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it, onTestFailed } from 'vitest';
import { note, whyNoNode } from '../support/namespace.ts';
import { ADDRESSES } from './cluster.ts';
import { tellOf } from './fault-tools.ts';
import { FAULTS } from './faults.ts';
import type { LiveNode, LoadResult } from './node.ts';
import { isOwnMachine, newNode } from './node.ts';

const PER_SECOND = isOwnMachine ? 10 : 100;

const here = FAULTS.filter(({ isMachines = false }) => isOwnMachine || !isMachines);
const elsewhere = FAULTS.filter((fault) => !here.includes(fault)).map(({ name }) => name);

let node: LiveNode | undefined;
const rows: (LoadResult & { readonly fault: string })[] = [];

describe.skipIf(whyNoNode !== undefined)(`a pod that asks the cluster address all the time${note}`, () => {
  afterEach(() => {
    node?.end();
    node = undefined;
  });
  afterAll(() => {
    const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
    const head = ['fault', 'sent', 'answered', 'late', 'lost', 'refused', 'longest without an answer, ms'];
    process.stdout.write(`${[line(head), line(head.map(() => '---')), ...rows.map((row) => line([row.fault, row.sent, row.answered, row.late, row.lost, row.refused, row.outageMs]))].join('\n')}\n`);
  });

  it.each(here)('is answered: $name', async ({ name, flags = [], before, happen, lostMax, outageMaxMs }) => {
    const live = await newNode({ families: ['ipv4'], proxy: flags.length > 0 ? 'nftables' : 'iptables' });
    node = live;
    before?.prepare(live);
    const agent = live.agent(...flags);
    onTestFailed(() => void process.stderr.write(`${tellOf(agent)}\n`));
    await agent.until(before?.settled ?? (flags.length > 0 ? /nodelocaldns table|Added/ : /Added back/));
    // A spare one is there by then.
    if (before === undefined) await sleep(1500);
    const load = await live.load(ADDRESSES.ipv4.cluster, PER_SECOND);
    await sleep(500);
    await happen(live, agent);
    await sleep(1000);
    const result = await load.stop();
    rows.push({ fault: name, ...result });
    expect(result.sent).toBeGreaterThan(PER_SECOND / 5);
    expect(result.lost + result.refused).toBeLessThanOrEqual(lostMax);
    expect(result.outageMs).toBeLessThanOrEqual(outageMaxMs);
  }, isOwnMachine ? 1_200_000 : 120_000);

  it.skipIf(!isOwnMachine).each(elsewhere)('is answered: %s (skipped: done to the whole machine, see CONTRIBUTING.md)', () => undefined);
});
