import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemCalls } from '../../../src/loop/system-calls.ts';
import type { Claim } from '../../../src/node/processes/claim.ts';
import { tryClaim } from '../../../src/node/processes/claim.ts';
import type { SuccessionDoor } from '../../../src/node/processes/handover.ts';
import { openSuccession } from '../../../src/node/processes/handover.ts';
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

  beforeEach(async () => {
    claim = await tryClaim(ENDPOINTS);
    doors = [];
    events = [];
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
    return takePlace({ endpoints: ENDPOINTS, calls, stateDirectory: files.path(), isToldToEnd: () => false, held, log: (line) => events.push(line) });
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
    expect(await place.takeOver()).toBe(true);
    expect([place.isOthers, events]).toEqual([false, ['before: yields', 'before: retires', '[INFO] Went on in the place of the agent before']]);
    await place.release();
  });

  it('asks one that has begun anew once more', async () => {
    await serve('before');
    const place = await take();
    await place.sockets();
    // As where another successor was gone: the claim stays, the door is another.
    doors.pop()?.close();
    const ready = place.ready();
    await serve('anew');
    await ready;
    expect(events).toContain('anew: yields');
    place.dismiss();
  });

  it('is alone in charge once the one before is gone', async () => {
    await serve('before');
    const place = await take();
    await place.sockets();
    doors.pop()?.close();
    await claim?.release();
    await place.ready();
    expect(await place.takeOver()).toBe(true);
    expect(await tryClaim(ENDPOINTS)).toBeUndefined();
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

  it('is kept from one term to the next', async () => {
    const held = claim;
    const place = await take(held);
    expect([place.isOthers, await place.handOn()]).toEqual([false, held]);
  });
});
