import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { note, whyNoNode } from '../support/namespace.ts';
import { ADDRESSES } from './cluster.ts';
import type { Process } from './node.ts';
import { answered, endNode, hasLink, nodeOf, rulesOf, startAgent } from './slips.ts';

const { local, cluster } = ADDRESSES.ipv4;

describe.skipIf(whyNoNode !== undefined)(`a second agent on the node${note}`, () => {
  afterEach(endNode);

  it('one upgrade after the other costs no answer, and no cache', async () => {
    const live = await nodeOf();
    let agent = startAgent(live);
    await agent.until(/The rules are in place/);
    const load = await live.load(cluster, 50);
    for (let times = 0; times < 8; times += 1) {
      // The spare one is there by then: it has nothing to leave.
      await sleep(1200);
      const next = startAgent(live);
      await next.until(/The rules are in place/);
      expect(next.lines).toContainEqual(expect.stringMatching(/caches: took \d+ entries$/));
      agent.child.kill('SIGTERM');
      expect(await agent.ended).toBe(0);
      agent = next;
    }
    const { lost, refused } = await load.stop();
    expect([lost, refused, rulesOf(live), hasLink(live)]).toEqual([0, 0, 24, true]);
  }, 60_000);

  it('several at once go on in each other’s place, and those in the middle may end', async () => {
    const live = await nodeOf();
    const first = startAgent(live);
    await first.until(/The rules are in place/);
    const load = await live.load(cluster, 50);
    const others = [startAgent(live), startAgent(live), startAgent(live)];
    const all = [first, ...others];
    const serve = (agent: Process): number => agent.lines.filter((line) => line.includes('The rules are in place')).length;
    const wait = (agent: Process): number => agent.lines.filter((line) => line.includes('Another agent serves this node')).length;
    await expect.poll(() => [all.every((agent) => serve(agent) > 0), all.filter((agent) => serve(agent) > wait(agent)).length], { timeout: 30_000 }).toEqual([true, 1]);
    const [serving] = all.filter((agent) => serve(agent) > wait(agent));
    // Nobody goes on while another serves.
    for (const agent of all.filter((one) => one !== first && one !== serving)) {
      agent.child.kill('SIGTERM');
      expect(await agent.ended).toBe(0);
    }
    await sleep(500);
    const { lost, refused } = await load.stop();
    expect([lost, refused, rulesOf(live), hasLink(live), serve(first)]).toEqual([0, 0, 24, true, 1]);
    serving?.child.kill('SIGTERM');
    await first.until(/The rules are in place/, 2);
    answered(live, local);
    first.child.kill('SIGTERM');
    expect([await first.ended, rulesOf(live), hasLink(live)]).toEqual([0, 0, false]);
  }, 60_000);

  it('one with another -statedir is refused, and the first goes on', async () => {
    const live = await nodeOf();
    const first = startAgent(live);
    await first.until(/Added back/, 24);
    const second = startAgent(live, '-statedir', join(live.folder, 'other'), '-conf', join(live.folder, 'Corefile2'));
    const load = await live.load(cluster, 50);
    // One that is told to end meanwhile does so.
    const third = startAgent(live, '-statedir', join(live.folder, 'third'), '-conf', join(live.folder, 'Corefile3'));
    await third.until(/waiting for its end/);
    third.child.kill('SIGTERM');
    expect(await third.ended).toBe(0);
    expect(await second.ended).toBe(2);
    expect(second.lines.at(-1)).toBe("dns-cache node: another agent serves 169.254.20.10:53 on this node; end it, or give this one its -statedir, by which one goes on in the other's place");
    await sleep(500);
    const { lost, refused } = await load.stop();
    expect([lost, refused, rulesOf(live), hasLink(live)]).toEqual([0, 0, 24, true]);
    answered(live);
    answered(live, local);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  }, 60_000);

  it('SIGTERM at any moment of going on in another’s place leaves that one serving', async () => {
    const live = await nodeOf();
    const first = startAgent(live);
    await first.until(/Added back/, 24);
    const load = await live.load(cluster, 50);
    for (const ms of [200, 500, 700, 900, 1100, 1300, 1600]) {
      const next = startAgent(live);
      await sleep(ms);
      next.child.kill('SIGTERM');
      expect([0, null]).toContain(await next.ended);
      await expect.poll(() => rulesOf(live), { timeout: 15_000 }).toBe(24);
      await expect.poll(() => hasLink(live), { timeout: 5000 }).toBe(true);
      answered(live);
      answered(live, local);
    }
    const { lost, refused } = await load.stop();
    expect([lost, refused]).toEqual([0, 0]);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect([rulesOf(live), hasLink(live), live.shell(`ls ${live.folder}`)]).toEqual([0, false, expect.not.stringMatching(/^pid$/m)]);
  }, 120_000);

  it('the servers of one that was killed before it served let go of its sockets', async () => {
    const live = await nodeOf();
    const first = startAgent(live);
    await first.until(/Added back/, 24);
    const load = await live.load(cluster, 200);
    for (let times = 0; times < 4; times += 1) {
      const before = first.lines.length;
      const killed = startAgent(live);
      while (!first.lines.slice(before).some((line) => line.includes('Another agent goes on'))) await sleep(1);
      killed.child.kill('SIGKILL');
      await killed.ended;
      // One that serves and ends in good order takes those sockets with it: what the first opens then are others.
      const served = startAgent(live);
      await served.until(/Went on in the place/);
      served.child.kill('SIGTERM');
      expect(await served.ended).toBe(0);
    }
    await sleep(500);
    const { lost, refused } = await load.stop();
    expect([lost, refused]).toEqual([0, 0]);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  }, 60_000);

  it('one that is gone in the middle of the handing over leaves that one serving', async () => {
    const live = await nodeOf();
    const first = startAgent(live);
    await first.until(/Added back/, 24);
    const load = await live.load(cluster, 50);
    for (const ms of [0, 4, 8, 12, 16, 24]) {
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        const before = first.lines.length;
        const isHandingOver = (): boolean => first.lines.slice(before).some((line) => line.includes('Another agent goes on'));
        const next = startAgent(live);
        while (!isHandingOver()) {
          expect(next.child.exitCode).toBeNull();
          await sleep(1);
        }
        await sleep(ms);
        next.child.kill(signal);
        await next.ended;
        answered(live);
        // Once it served its end takes the address away, until the one before goes on.
        await expect.poll(() => live.dig('pod', local, 'again.cluster.local'), { timeout: 15_000 }).toBe('192.0.2.1');
      }
    }
    const { lost, refused } = await load.stop();
    expect([lost, refused]).toEqual([0, 0]);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  }, 120_000);
});
