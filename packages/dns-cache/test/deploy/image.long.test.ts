import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import type { ClusterShape } from '../node/live/cluster.ts';
import { ADDRESSES } from '../node/live/cluster.ts';
import { expectDnsOnNode, expectNothingLeft, RULES_ADDED } from '../node/live/expectations.ts';
import type { LiveNode } from '../node/live/node.ts';
import { newNode, until } from '../node/live/node.ts';
import { podOf } from './daemon-set.ts';
import type { Container } from './image/container.ts';
import { startContainer } from './image/container.ts';
import type { Image } from './image/image.ts';
import { buildImage } from './image/image.ts';
import { memoryRow, octetsOf, processorSecondsOf } from './image/memory.ts';
import type { MemoryGroup } from './image/memory-group.ts';
import { newMemoryGroup, whyNoMemoryGroup } from './image/memory-group.ts';
import { note, whyNoImage } from './image/needs.ts';
import type { Overlay } from './render.ts';

/** This kernel has no `dummy` devices; a bridge has addresses as well. */
const MORE = ['-interfacetype', 'bridge'];

/** A store holds 9984 names; chance has it that so many leave no place free, or few. */
const FULL = 10_500;

/** A server collects what it no longer needs after five seconds of it. */
const IDLE_MS = 12_000;

/** Of what kube-dns was asked, where a test fails. */
const ASKED_SHOWN = 50;

/** How the manifests start it, and on which node. */
const STARTS: Readonly<Record<string, { readonly overlay: Overlay; readonly proxy: ClusterShape['proxy']; readonly more?: readonly string[] }>> = {
  'overlay iptables': { overlay: 'iptables', proxy: 'iptables' },
  'overlay nftables': { overlay: 'nftables', proxy: 'nftables' },
  // The one back end that needs NET_RAW.
  'overlay iptables, iptables-legacy': { overlay: 'iptables', proxy: 'iptables', more: ['-rulesbackend', 'iptables-legacy'] },
};

let image: Image;
let node: LiveNode | undefined;

const newLiveNode = async (proxy: ClusterShape['proxy']): Promise<LiveNode> => {
  node = await newNode({ families: ['ipv4'], proxy });
  return node;
};

const start = async (live: LiveNode, overlay: Overlay, more: readonly string[] = [], group?: MemoryGroup): Promise<Container> => {
  const env = { KUBE_DNS_UPSTREAM_SERVICE_HOST: live.upstream };
  const agent = await startContainer(live, { overlay, image, more: [...MORE, ...more], env }, group);
  onTestFailed(() => void process.stderr.write([...agent.lines, ...live.asked.slice(0, ASKED_SHOWN), ''].join('\n')));
  return agent;
};

describe.skipIf(whyNoImage !== undefined)(`the image, built and started as the manifests say${note}`, () => {
  beforeAll(async () => {
    image = await buildImage();
  }, 600_000);
  afterEach(() => {
    node?.end();
    node = undefined;
  });
  afterAll(() => image.end());

  it.each(Object.entries(STARTS))('keeps DNS on the node: %s', async (_, { overlay, proxy, more }) => {
    const live = await newLiveNode(proxy);
    const agent = await start(live, overlay, more);
    await agent.until(RULES_ADDED);
    await sleep(300);
    await expectDnsOnNode(live, { families: ['ipv4'], proxy });
    agent.signal('TERM');
    expect(await agent.ended).toBe(0);
    expectNothingLeft(live, { families: ['ipv4'], proxy });
  }, 120_000);

  it('says before what would happen, from the programs that it has', async () => {
    const live = await newLiveNode('iptables');
    const preflight = await start(live, 'iptables', ['-preflight']);
    expect(await preflight.ended).toBe(0);
    expect(preflight.lines.join('\n')).not.toMatch(/not modelled|would tell/);
    expect(live.shell('ip -o link show')).not.toContain('nodelocaldns');
  }, 120_000);

  it.each(['iptables', 'nftables'] as const)('goes on where its first process was killed, and with it all others: overlay %s', async (overlay) => {
    const live = await newLiveNode(overlay);
    const { cluster } = ADDRESSES.ipv4;
    const killed = await start(live, overlay);
    await killed.until(RULES_ADDED);
    killed.signal('KILL');
    await killed.ended;
    // Addresses in a table of its own are forgotten when nobody names them again; rules of iptables stay until the next start.
    if (overlay === 'nftables') await until(() => live.dig('pod', cluster, 'between.cluster.local') === '192.0.2.1', () => live.shell('nft list ruleset'));
    const next = await start(live, overlay);
    // A first process that does not hear of a signal yet is not ended by it.
    await next.until(/Running configuration/);
    await until(() => live.dig('pod', cluster, 'next.cluster.local') === '192.0.2.1', () => next.lines.join('\n'));
    next.signal('TERM');
    expect(await next.ended).toBe(0);
    expectNothingLeft(live, { families: ['ipv4'], proxy: overlay });
  }, 120_000);

  const memoryNote = whyNoMemoryGroup === undefined ? '' : ` (skipped: ${whyNoMemoryGroup})`;
  it.skipIf(whyNoMemoryGroup !== undefined)(`has enough of the memory that it may have, while all stores are filled with what is as long as UDP takes${memoryNote}`, async () => {
    const limit = octetsOf(podOf('iptables').container.resources?.limits?.['memory']);
    const group = newMemoryGroup(limit);
    const live = await newLiveNode('iptables');
    const agent = await start(live, 'iptables', [], group);
    await agent.until(RULES_ADDED);
    const rows: string[] = [];
    const measure = (when: string): void => void rows.push(`${memoryRow(when, agent.pids)} ${agent.pids.map(processorSecondsOf).join(' ')} s`);
    await sleep(IDLE_MS);
    measure('idle');
    const { cluster } = ADDRESSES.ipv4;
    await live.fill(cluster, 'yes', 'cluster.local', 10_000);
    measure('10,000 names');
    for (const zone of ['cluster.local', '1.in-addr.arpa', '1.ip6.arpa', 'example.com']) {
      for (const prefix of ['big', 'no']) await live.fill(cluster, prefix, zone, FULL);
    }
    measure('all stores filled');
    agent.signal('TERM');
    expect(await agent.ended).toBe(0);
    const [peak = 0, ended] = [group?.peak, group?.ended];
    group?.end();
    process.stdout.write([`image: ${Math.round(image.addedOctets / 1e6)} MB above its base`, ...rows, `all of it at most: ${Math.round(peak / 2 ** 20)} of ${limit / 2 ** 20} Mi`, ''].join('\n'));
    expect(ended).toBe(0);
    expect(peak).toBeLessThan(limit);
  }, 300_000);
});
