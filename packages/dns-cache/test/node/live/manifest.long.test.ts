import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { buildProgram } from '../../support/program.ts';
import { note, whyNoNode } from '../support/namespace.ts';
import type { ClusterShape } from './cluster.ts';
import { ADDRESSES } from './cluster.ts';
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

/** How many packets kube-proxy's rules for an address have seen. */
const seenByProxy = (live: LiveNode, address: string): number => {
  const program = address.includes(':') ? 'ip6tables-nft' : 'iptables-nft';
  const lines = live.shell(`${program} -t nat -L KUBE-SERVICES -nvx`).split('\n').filter((line) => line.includes(` ${address} `) || line.includes(` ${address}/128 `));
  return lines.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[0]), 0);
};

const entriesFor = (live: LiveNode, address: string): readonly string[] =>
  live
    .shell(`conntrack -L -f ${address.includes(':') ? 'ipv6' : 'ipv4'} 2>/dev/null || true`)
    .split('\n')
    .filter((line) => line.includes(`dst=${address} `) && line.includes('dport=53'));

describe.skipIf(whyNoNode !== undefined)(`the official manifest’s arguments${note}`, () => {
  beforeAll(buildProgram, 60_000);
  afterEach(() => {
    node?.end();
    node = undefined;
  });

  it.each(Object.entries(SHAPES))('keep DNS on the node: %s', async (_, shape) => {
    const live = await newNode(shape);
    node = live;
    const agent = live.agent(...shape.flags);
    onTestFailed(() => void process.stderr.write(`${[...agent.lines, ...live.asked].join('\n')}\n`));
    await agent.until(shape.proxy === 'iptables' ? /Added back/ : /Added back|Added nodelocaldns table|table inet nodelocaldns/);
    await sleep(300);
    live.shell('conntrack -F 2>/dev/null || true');
    for (const family of shape.families) {
      const { cluster, local, upstream } = ADDRESSES[family];
      for (const [index, address] of [cluster, local].entries()) {
        for (const transport of ['+notcp', '+tcp']) {
          expect(live.dig('pod', address, `pod${index}${transport.slice(1)}${family}.cluster.local`, transport)).toBe('192.0.2.1');
          expect(live.dig('node', address, `node${index}${transport.slice(1)}${family}.cluster.local`, transport)).toBe('192.0.2.1');
        }
        // Neither by conntrack nor by kube-proxy: it was answered here.
        expect(entriesFor(live, address)).toEqual([]);
      }
      // In nftables mode kube-proxy's rules count nothing; conntrack has just said it.
      if (shape.proxy === 'nftables') continue;
      expect(seenByProxy(live, cluster)).toBe(0);
      if (family === shape.families[0]) expect(seenByProxy(live, upstream)).toBeGreaterThan(0);
    }
    // Misses go to the upstream Service, over TCP; what was printed meanwhile is read first.
    await sleep(100);
    const misses = live.asked.filter((line) => line.includes('.cluster.local'));
    expect(misses.length).toBeGreaterThanOrEqual(8);
    expect(misses.filter((line) => !line.startsWith('tcp '))).toEqual([]);

    agent.child.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    // Nothing of it remains, and pods are answered by kube-dns.
    expect(live.shell('ip -o link show').includes('nodelocaldns')).toBe(false);
    expect(live.shell('iptables-nft-save; ip6tables-nft-save; nft list ruleset').includes('NodeLocal')).toBe(false);
    expect(live.shell('ps -eo args').includes(live.folder)).toBe(false);
    const [family = 'ipv4'] = shape.families;
    expect(live.dig('pod', ADDRESSES[family].cluster, 'after.cluster.local')).toBe('192.0.2.1');
    expect(entriesFor(live, ADDRESSES[family].cluster)).not.toEqual([]);
  }, 120_000);
});
