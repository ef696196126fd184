import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { note, whyNoNode } from '../support/namespace.ts';
import { ADDRESSES, PROGRAMS } from './cluster.ts';
import type { LiveNode } from './node.ts';
import { newNode } from './node.ts';

/** It stands on both libraries, and is only run here. */
const DEMO = fileURLToPath(new URL('../../../../scenarios/dist/cli/main.js', import.meta.url));

/** What the demo says of a setting: who answers, what the cache did, and which connections are left. */
interface Marks {
  readonly answeredBy: string;
  readonly misses: number;
  readonly hits: number;
  readonly entriesOfPod: number;
  readonly hasEntryOfCache: boolean;
}

const ROW = /^(yes|no) +(yes|no) +(node-cache|CoreDNS|nobody) +(?:(\d+) miss, (\d+) hit|-) +(\d+)( \+ \d+ of node-cache)?$/;

/** The demo's table, by `NOTRACK IP-bound`. */
const foretold = (): ReadonlyMap<string, Marks> => {
  const told = execFileSync(process.execPath, [DEMO, 'demo', '--html', '/dev/null'], { encoding: 'utf8' });
  return new Map(
    told.split('\n').flatMap((line) => {
      const [, notrack, bound, answeredBy = '', misses = '0', hits = '0', entries = '0', more] = ROW.exec(line) ?? [];
      const marks = { answeredBy, misses: Number(misses), hits: Number(hits), entriesOfPod: Number(entries), hasEntryOfCache: more !== undefined };
      return notrack === undefined ? [] : [[`${notrack} ${bound}`, marks] as const];
    }),
  );
};

const { cluster, pod, upstream } = ADDRESSES.ipv4;

/** Makes the setting on the kernel. */
const SETTINGS: Readonly<Record<string, (node: LiveNode) => Promise<void>>> = {
  async 'yes yes'(node) {
    await node.agent().until(/Added back/);
  },
  async 'no yes'(node) {
    await node.agent('-setupiptables=false').until(/^linux\//);
  },
  async 'yes no'(node) {
    // Its rules, and nobody behind them: what is left where the link is lost.
    const agent = node.agent('-dry-run', '-setupinterface=false');
    await agent.ended;
    const text = agent.lines.slice(agent.lines.findIndex((line) => line.startsWith('*')), agent.lines.lastIndexOf('COMMIT') + 1).join('\n');
    node.shell(`iptables-nft-restore --noflush <<'RULES'\n${text}\nRULES\n`);
  },
  'no no': async () => undefined,
};

/** A counter of the agent, all of its series together; 0 where none is there. */
const counted = (node: LiveNode, name: string): number =>
  node
    .shell('curl -s -m 2 http://127.0.0.1:9353/metrics || true')
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && line.includes('zones="cluster.local."'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);

const entries = (node: LiveNode): readonly string[] => node.shell('conntrack -L 2>/dev/null || true').split('\n');

describe.skipIf(whyNoNode !== undefined)(`the four settings of the demo, on the kernel${note}`, () => {
  let node: LiveNode | undefined;
  let marks: ReadonlyMap<string, Marks>;
  beforeAll(() => {
    marks = foretold();
  }, 60_000);
  afterEach(() => {
    node?.end();
    node = undefined;
  });

  it('are as many as there are here', () => {
    expect([...marks.keys()].toSorted()).toEqual(Object.keys(SETTINGS).toSorted());
  });

  it.each(Object.keys(SETTINGS))('are as the model says, mark by mark: NOTRACK and bound: %s', async (setting) => {
    const live = await newNode({ families: ['ipv4'], proxy: 'iptables' });
    node = live;
    await SETTINGS[setting]?.(live);
    // Its own question whether it forwards to itself has been answered by then.
    await sleep(1000);
    live.shell('conntrack -F 2>/dev/null');
    const before = { misses: counted(live, 'coredns_cache_misses_total'), hits: counted(live, 'coredns_cache_hits_total') };
    const answers = Number(live.shell(`ip netns exec pod ${process.execPath} ${PROGRAMS.lookup} ${cluster} 2`));
    await sleep(100);
    const ofPod = entries(live).filter((line) => line.includes(`src=${pod} dst=${cluster} `));
    const misses = counted(live, 'coredns_cache_misses_total') - before.misses;
    const answeredBy = answers === 0 ? 'nobody' : misses > 0 ? 'node-cache' : 'CoreDNS';
    expect({
      answeredBy,
      misses,
      hits: counted(live, 'coredns_cache_hits_total') - before.hits,
      entriesOfPod: ofPod.length,
      hasEntryOfCache: entries(live).some((line) => line.includes(`dst=${upstream} `) && line.includes('tcp')),
    }).toEqual(marks.get(setting));
    expect([0, 8]).toContain(answers);
  }, 120_000);
});
