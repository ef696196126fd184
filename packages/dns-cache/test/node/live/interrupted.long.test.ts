import process from 'node:process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { note, whyNoNode } from '../support/namespace.ts';
import { ADDRESSES } from './cluster.ts';
import { standIn, standOut } from './fault-tools.ts';
import type { LiveNode, Process } from './node.ts';
import { serversOf } from './node.ts';
import { answered, endNode, hasLink, nodeOf, rulesOf, startAgent } from './slips.ts';

const { local, cluster } = ADDRESSES.ipv4;

/** An agent that serves, and has its spare server. */
const begin = async (...flags: readonly string[]): Promise<{ readonly live: LiveNode; readonly first: Process }> => {
  const live = await nodeOf();
  const first = startAgent(live, ...flags);
  await first.until(/The rules are in place/);
  await sleep(1000);
  return { live, first };
};

const untilHandingOver = async (first: Process): Promise<void> => {
  while (!first.lines.some((line) => line.includes('Another agent goes on'))) await sleep(1);
};

const end = async (agent: Process): Promise<void> => {
  agent.child.kill('SIGTERM');
  expect(await agent.ended).toBe(0);
};

describe.skipIf(whyNoNode !== undefined)(`what is interrupted halfway${note}`, () => {
  afterEach(endNode);

  it('the one before goes on where the servers of the next one fail', async () => {
    const { live, first } = await begin();
    const load = await live.load(cluster, 50);
    const next = startAgent(live);
    await untilHandingOver(first);
    for (let times = 0; times < 40; times += 1) {
      for (const pid of serversOf(live, next)) process.kill(pid, 'SIGKILL');
      await sleep(50);
    }
    await first.until(/does not serve: going on/);
    await first.until(/The rules are in place/, 2);
    // It ends by itself, since the first has the port of its page, or has its way by a server that lives.
    next.child.kill('SIGTERM');
    await next.ended;
    await expect.poll(() => live.dig('pod', local, 'again.cluster.local'), { timeout: 15_000 }).toBe('192.0.2.1');
    expect((await load.stop()).outageMs).toBeLessThan(3000);
    await end(first);
    expect([rulesOf(live), hasLink(live)]).toEqual([0, false]);
  }, 60_000);

  it('the one before may be told to end meanwhile', async () => {
    const begun = await begin();
    const { live } = begun;
    let { first } = begun;
    const load = await live.load(cluster, 50);
    for (const ms of [undefined, 0, 30, 150]) {
      const next = startAgent(live);
      // Before it has handed over anything, and after.
      if (ms === undefined) await next.until(/Starting/);
      else await untilHandingOver(first).then(() => sleep(ms));
      await end(first);
      await next.until(/The rules are in place/);
      answered(live, local);
      first = next;
    }
    const { lost, refused } = await load.stop();
    expect([lost, refused, rulesOf(live), hasLink(live)]).toEqual([0, 0, 24, true]);
    await end(first);
  }, 60_000);

  it('a server that hangs is not waited for', async () => {
    const { live, first } = await begin();
    const load = await live.load(cluster, 50);
    const [serving = 0] = serversOf(live, first).toSorted((one, other) => one - other);
    const next = startAgent(live);
    await untilHandingOver(first).then(() => process.kill(serving, 'SIGSTOP'), () => undefined);
    await next.until(/The rules are in place/);
    expect((await load.stop()).outageMs).toBeLessThan(3500);
    await end(next);
    await end(first);
  }, 60_000);

  it('a server goes on for as long as the other one cannot take the rules away', async () => {
    const { live, first } = await begin();
    const load = await live.load(cluster, 50);
    standIn(live, 'sleep 30');
    first.child.kill('SIGKILL');
    // For longer than it waits for an agent that it does not find.
    await sleep(14_000);
    standOut(live);
    const { lost, refused } = await load.stop();
    expect([lost, refused, rulesOf(live)]).toEqual([0, 0, 24]);
  }, 60_000);

  it('a server alone answers what it owes before the addresses go', async () => {
    const { live, first } = await begin('-spare=false');
    first.child.kill('SIGKILL');
    const answers: Promise<string>[] = [];
    for (let number = 0; number < 40; number += 1) {
      const asking = live.start(['ip', 'netns', 'exec', 'pod', 'dig', '+tries=1', '+time=3', '+short', `@${cluster}`, `slow${number}.cluster.local`, 'A']);
      answers.push(once(asking.child, 'close').then(() => asking.lines.join()));
      await sleep(50);
    }
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['192.0.2.1']));
  }, 60_000);
});
