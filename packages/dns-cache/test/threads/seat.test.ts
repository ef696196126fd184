import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemCalls } from '../../src/loop/system-calls.ts';
import type { Configuration } from '../../src/threads/protocol.ts';
import type { Seat } from '../../src/threads/seat.ts';
import { createSeat } from '../../src/threads/seat.ts';

const calls = systemCalls();
const note = calls === undefined ? ' (skipped: no koffi for this machine, or DNS_CACHE_LOOP=off)' : '';

/** A thread that does with a request what is written, and answers all others. */
const programOf = (deed: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ what, request }) => {
        ${deed}
        parentPort.postMessage({ kind: 'done', request, gives: what === 'list' ? [] : undefined });
      });
    `)}`,
  );

const configuration = { corefile: {}, port: 53, files: new Map() } as unknown as Configuration;

describe.skipIf(calls === undefined)(`the place of a thread${note}`, () => {
  const seats: Seat[] = [];
  afterEach(async () => {
    for (const seat of seats.splice(0)) await seat.end();
  });

  const sit = async (deed: string, lookEveryMs = 60_000) => {
    if (calls === undefined) throw new Error('no system calls');
    const told: string[] = [];
    const seat = createSeat({
      program: programOf(deed),
      share: { threads: 2, own: 0, seed: 1 },
      calls,
      tellsEffects: false,
      configuration: () => configuration,
      heard: () => undefined,
      filled: () => told.push('filled'),
      lost: (reason) => told.push(`lost: ${reason}`),
      warn: (line) => told.push(line),
      lookEveryMs,
    });
    seats.push(seat);
    await seat.fill();
    return { seat, told };
  };

  it('is filled again where a thread throws, and whoever asked it hears nothing', async () => {
    const { seat, told } = await sit(`if (what === 'list') throw new Error('a bug');`);
    expect(await seat.request('list', { kind: 'all' })).toEqual([]);
    await vi.waitFor(() => expect(told).toEqual(['filled', 'lost: a bug', 'filled', '[INFO] thread 1 of 2 is back']), 20_000);
  }, 30_000);

  it('is filled again where a thread hangs', async () => {
    const { seat, told } = await sit(`if (what === 'list') for (;;);`, 300);
    expect(await seat.request('list', { kind: 'all' })).toEqual([]);
    await vi.waitFor(() => expect(told).toEqual(['filled', 'lost: no answer for 0.6 s', 'filled', '[INFO] thread 1 of 2 is back']), 20_000);
  }, 30_000);

  it('goes on with a configuration that a thread did not live to take, or says why not', async () => {
    const dies = await sit(`if (what === 'configure' && globalThis.isSecond) throw new Error('a bug'); globalThis.isSecond = true;`);
    await dies.seat.configure();
    expect(dies.told).toEqual(['filled', 'lost: a bug', 'filled', '[INFO] thread 1 of 2 is back']);
  }, 30_000);

  it('is empty, and says why, where the first thread will not serve', async () => {
    await expect(sit(`if (what === 'configure') { parentPort.postMessage({ kind: 'failed', request, error: 'no such file' }); return; }`)).rejects.toThrow('no such file');
    await expect(sit(`throw new Error('a bug');`)).rejects.toThrow('thread 1 of 2 died meanwhile: a bug');
  });
});
