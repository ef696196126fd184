import process from 'node:process';
import { expect, onTestFailed } from 'vitest';
import type { ClusterShape } from './cluster.ts';
import { ADDRESSES } from './cluster.ts';
import type { LiveNode, Process } from './node.ts';
import { newNode } from './node.ts';

/*
 * By what an operator's slips are tried, on a node of IPv4 with kube-proxy in iptables mode.
 */

const { cluster } = ADDRESSES.ipv4;
export const IPV4: ClusterShape = { families: ['ipv4'], proxy: 'iptables' };

let node: LiveNode | undefined;

/** The node of one test. */
export const nodeOf = async (...how: Partial<Parameters<typeof newNode>>): Promise<LiveNode> => {
  const [shape = IPV4, ...rest] = how;
  node = await newNode(shape, ...rest);
  return node;
};

/** After each test. */
export const endNode = (): void => {
  node?.end();
  node = undefined;
};

export const startAgent = (live: LiveNode, ...flags: readonly string[]): Process => {
  const agent = live.agent(...flags);
  onTestFailed(() => void process.stderr.write(`${agent.lines.filter((line) => !line.includes('Added back')).join('\n')}\n`));
  return agent;
};

export const rulesOf = (live: LiveNode): number => live.shell('iptables-nft-save; ip6tables-nft-save').split('\n').filter((line) => line.includes('NodeLocal')).length;

export const hasLink = (live: LiveNode): boolean => live.shell('ip -o link show').includes('nodelocaldns');

/** A pod is, for a name that no cache knows, and before its resolver gives up. */
export const answered = (live: LiveNode, address: string = cluster): void => {
  expect(live.dig('pod', address, `x${Math.random().toString(36).slice(2)}.cluster.local`, '+time=5')).toBe('192.0.2.1');
};
