import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFailed } from 'vitest';
import { note, whyNoNode } from '../support/namespace.ts';
import type { ClusterShape } from './cluster.ts';
import { expectDnsOnNode, expectNothingLeft, RULES_ADDED } from './expectations.ts';
import type { LiveNode } from './node.ts';
import { newNode } from './node.ts';

const SHAPES: Readonly<Record<string, ClusterShape & { readonly flags: readonly string[] }>> = {
  'iptables, IPv4': { families: ['ipv4'], proxy: 'iptables', flags: [] },
  'iptables, IPv6': { families: ['ipv6'], proxy: 'iptables', flags: [] },
  'iptables, dual stack': { families: ['ipv4', 'ipv6'], proxy: 'iptables', flags: [] },
  'nftables, IPv4': { families: ['ipv4'], proxy: 'nftables', flags: ['-rulesbackend=nftables'] },
  'nftables, dual stack': { families: ['ipv4', 'ipv6'], proxy: 'nftables', flags: ['-rulesbackend=nftables'] },
};

let node: LiveNode | undefined;

describe.skipIf(whyNoNode !== undefined)(`the official manifest’s arguments${note}`, () => {
  afterEach(() => {
    node?.end();
    node = undefined;
  });

  it.each(Object.entries(SHAPES))('keep DNS on the node: %s', async (_, shape) => {
    const live = await newNode(shape);
    node = live;
    const agent = live.agent(...shape.flags);
    onTestFailed(() => void process.stderr.write(`${[...agent.lines, ...live.asked].join('\n')}\n`));
    await agent.until(RULES_ADDED);
    await sleep(300);
    await expectDnsOnNode(live, shape);
    agent.child.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    expectNothingLeft(live, shape);
  }, 120_000);
});
