import type { Flight, Journey, NodeFile, NodeOptions } from '@nodelocal/netfilter-sim';
import { arriving, kernelMarks, parsePacket, readNode } from '@nodelocal/netfilter-sim';
import type { TestNode } from '@nodelocal/netfilter-sim/vitest';
import { testNode } from '@nodelocal/netfilter-sim/vitest';
import { nodeFiles } from '../../src/arbitraries/node-files.ts';

/** A node with two pods, an uplink, and a device that is down and holds the cluster IP. */
const NODE = nodeFiles({ families: ['ipv4'], pods: 2, localAddresses: true, forwarding: true, reversePathFilter: 0, listensAt: [53] });

export interface Lab extends TestNode {
  /** `conntrack -L`, without the words that never change. */
  table(): readonly string[];
  /** TRACE marks of a journey, as `-j TRACE` in front of everything would show them. */
  marks(journey: Journey): readonly string[];
}

/** A packet that comes in by the device that stands in front of it. */
export const flightOf = (text: string): Flight => {
  const { from, packet } = parsePacket(text);
  return arriving(packet, from === 'local' ? 'lo' : from.device);
};

/** The node with these rules; files given here replace its own. */
export const lab = (rules: string, files: Readonly<Partial<Record<NodeFile, string>>> = {}, seed = 1, options: NodeOptions = {}): Lab => {
  const node = testNode(readNode({ folder: 'lab', contents: { ...NODE, 'iptables-save.txt': rules, ...files } }, options), { seed });
  return {
    ...node,
    table: () => node.conntrack().map((line) => line.replace(' mark=0 use=1', '')),
    marks: (journey) => kernelMarks(journey.trace),
  };
};

/** A rule set of the tables that are named, with ACCEPT policies. */
export const rules = (tables: Readonly<Partial<Record<'raw' | 'mangle' | 'nat' | 'filter', readonly string[]>>>): string => {
  const chains = {
    raw: ['PREROUTING', 'OUTPUT'],
    mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
    nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
    filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  } as const;
  return Object.entries(tables)
    .map(([table, lines]) => {
      const builtIn = chains[table as keyof typeof chains].map((chain) => `:${chain} ACCEPT [0:0]`);
      return [`*${table}`, ...builtIn, ...lines, 'COMMIT', ''].join('\n');
    })
    .join('');
};
