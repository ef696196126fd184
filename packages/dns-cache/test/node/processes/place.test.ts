import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemCalls } from '../../../src/loop/system-calls.ts';
import type { Claim } from '../../../src/node/processes/claim.ts';
import { awaitCharge, tryClaim } from '../../../src/node/processes/claim.ts';
import type { SuccessionDoor } from '../../../src/node/processes/handover.ts';
import { agentGone, isAgentThere, openSuccession } from '../../../src/node/processes/handover.ts';
import { CLAIM_LOOK_MS, SUCCESSOR_MAX_MS } from '../../../src/node/processes/limits.ts';
import type { Place } from '../../../src/node/processes/place.ts';
import { takePlace } from '../../../src/node/processes/place.ts';
import { scratch } from '../../support/scratch.ts';

const calls = systemCalls();
const note = calls === undefined ? ' (skipped: no koffi for this machine, or DNS_CACHE_LOOP=off)' : '';
/** Nobody has these: a claim needs no address to be there. */
const ENDPOINTS = [{ address: '192.0.2.53', port: process.pid }];

describe.skipIf(calls === undefined)(`an agent’s place on its node${note}`, () => {
  const files = scratch();
  let claim: Claim | undefined;
  let doors: SuccessionDoor[] = [];
  let events: string[] = [];
  let isToldToEnd = false;

  beforeEach(async () => {
    claim = await tryClaim(ENDPOINTS);
    doors = [];
    events = [];
    isToldToEnd = false;
  });
  afterEach(async () => {
    for (const door of doors) door.close();
    await claim?.release();
  });

  /** What an agent that serves has open. */
  const serve = async (name: string): Promise<void> => {
    if (calls === undefined) return;
    const hear = (event: string) => async () => void events.push(`${name}: ${event}`);
    doors.push(await openSuccession(calls, files.path(), { sockets: () => [], yielding: hear('yields'), retired: hear('retires'), abandoned: (hadRetired) => events.push(`${name}: abandoned ${hadRetired}`), log: () => undefined }));
  };
  const take = async (held?: Claim): Promise<Place> => {
    if (calls === undefined) throw new Error('no calls');
    return takePlace({ endpoints: ENDPOINTS, calls, stateDirectory: files.path(), isToldToEnd: () => isToldToEnd, held, log: (line) => events.push(line) });
  };

  it('is its own where nobody serves, and nobody else’s until it lets go', async () => {
    await claim?.release();
    const place = await take();
    expect([place.isOthers, await tryClaim(ENDPOINTS)]).toEqual([false, undefined]);
    await place.release();
    claim = await tryClaim(ENDPOINTS);
    expect(claim).toBeDefined();
  });

  it('is that of the one before, who lets go of it', async () => {
    await serve('before');
    const place = await take();
    expect([place.isOthers, await place.sockets()]).toEqual([true, []]);
    await place.ready();
    await claim?.release();
    await place.takeOver();
    // The second time is for one that has begun anew meanwhile.
    expect([place.isOthers, events]).toEqual([false, ['before: yields', 'before: yields', 'before: retires', '[INFO] Went on in the place of the agent before']]);
    await place.release();
  });

  it('is to be taken anew where the one before has begun anew', async () => {
    await serve('before');
    const place = await take();
    await place.sockets();
    // As where another successor was gone: the claim stays, the door is another.
    doors.pop()?.close();
    const ready = place.ready();
    await serve('anew');
    expect([await ready, place.isOthers, events]).toEqual([false, true, expect.not.arrayContaining(['anew: yields'])]);
    place.dismiss();
  });

  it('asks one that has begun anew since it yielded to let go of it too', async () => {
    await serve('before');
    const place = await take();
    await place.sockets();
    await place.ready();
    doors.pop()?.close();
    const taken = place.takeOver();
    await serve('again');
    await taken;
    expect(events.filter((event) => event.startsWith('again'))).toEqual(['again: yields', 'again: retires']);
    await place.release();
  });

  it('is sought for as long as the one before keeps it', async () => {
    await serve('before');
    const place = await take();
    await place.takeOver();
    await sleep(3 * CLAIM_LOOK_MS);
    await claim?.release();
    await sleep(3 * CLAIM_LOOK_MS);
    claim = await tryClaim(ENDPOINTS);
    expect(claim).toBeUndefined();
    await place.release();
    claim = await tryClaim(ENDPOINTS);
    expect(claim).toBeDefined();
  });

  it('is alone in charge once the one before is gone', async () => {
    await serve('before');
    const place = await take();
    await place.sockets();
    doors.pop()?.close();
    await claim?.release();
    await place.ready();
    expect([place.isOthers, await tryClaim(ENDPOINTS)]).toEqual([false, undefined]);
    await place.release();
    claim = await tryClaim(ENDPOINTS);
    expect(claim).toBeDefined();
  });

  it('has nobody before it where that one is gone before it gave its sockets', async () => {
    await serve('before');
    const place = await take();
    doors.pop()?.close();
    await claim?.release();
    expect([await place.sockets(), place.isOthers]).toEqual([[], false]);
    await place.release();
  });

  it('stays that of the one before where this one yields nothing but words', async () => {
    await serve('before');
    const place = await take();
    await place.ready();
    await sleep(SUCCESSOR_MAX_MS / 2);
    expect(events).toEqual(['before: yields']);
    await expect.poll(() => events.at(-1), { timeout: 5000 }).toBe('before: abandoned false');
  });

  it('has a door at all times, which is that of the newest', async () => {
    await serve('before');
    await serve('newest');
    doors.shift()?.close();
    const place = await take();
    await place.ready();
    expect(events).toEqual(['newest: yields']);
    doors.pop()?.close();
    expect(await isAgentThere(files.path())).toBe(false);
  });

  it('is nobody else’s while the one before lets go of it', async () => {
    await serve('before');
    const place = await take();
    await place.takeOver();
    const late = await take();
    expect([late.isOthers, await late.ready(), events.filter((event) => event.endsWith('yields'))]).toEqual([true, false, ['before: yields']]);
    late.dismiss();
    const told = await take();
    const refused = told.sockets();
    isToldToEnd = true;
    await expect(refused).rejects.toThrow('another agent serves');
    await place.release();
  });

  it('comes back to one that waits when all others are gone', async () => {
    await serve('before');
    let isBack = false;
    const back = awaitCharge(ENDPOINTS, () => agentGone(files.path())).then((own) => {
      isBack = true;
      return own;
    });
    await claim?.release();
    await serve('after');
    doors.shift()?.close();
    await sleep(2 * CLAIM_LOOK_MS);
    expect(isBack).toBe(false);
    doors.pop()?.close();
    claim = await back;
  });

  it('is kept from one term to the next', async () => {
    const held = claim;
    const place = await take(held);
    expect([place.isOthers, await place.handOn()]).toEqual([false, held]);
  });
});
