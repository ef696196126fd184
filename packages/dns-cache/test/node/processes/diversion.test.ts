import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Network } from '../../../src/node/network/network.ts';
import type { RulesGone, RulesOutcome } from '../../../src/node/network/outcome.ts';
import { createDiversion } from '../../../src/node/processes/diversion.ts';

const AS_WANTED: RulesOutcome = { kind: 'as-wanted', above: [] };
const GONE: RulesGone = { kind: 'gone', removed: 1 };
const FAILED = { kind: 'failed', errors: ['no'] } as const;

/** A network that writes down what it is asked for, and answers as told. */
const scripted = (ensure: () => Promise<RulesOutcome>, stop: () => Promise<RulesGone>) => {
  const asked: string[] = [];
  const noted = <Value>(what: string, answer: () => Promise<Value>) => () => {
    asked.push(what);
    return answer();
  };
  const network: Network = {
    ensureLink: noted('link', async () => ({ kind: 'as-wanted' })),
    missingAddresses: async () => [],
    ensureRules: noted('rules', ensure),
    refresh: noted('refresh', async () => AS_WANTED),
    refreshEveryMs: 1000,
    stopDiverting: noted('stop', stop),
    remove: noted('remove', async () => ({ kind: 'removed', rules: 0, link: 'nothing' })),
    describe: async () => [],
  };
  return { asked, network };
};

describe('a diversion', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('looks and refreshes only while it is wanted', async () => {
    const { asked, network } = scripted(async () => AS_WANTED, async () => GONE);
    const diversion = createDiversion(() => network, () => undefined);
    diversion.look();
    await vi.advanceTimersByTimeAsync(3000);
    expect(asked).toEqual([]);
    diversion.want();
    await vi.advanceTimersByTimeAsync(2500);
    expect(asked).toEqual(['link', 'rules', 'refresh', 'refresh']);
    await diversion.stop();
    await vi.advanceTimersByTimeAsync(3000);
    expect(asked.slice(4)).toEqual(['stop']);
    await diversion.end();
  });

  it('takes away what goes in at that moment, after it is in', async () => {
    let finish: (outcome: RulesOutcome) => void = () => undefined;
    const { asked, network } = scripted(() => new Promise((resolve) => {
      finish = resolve;
    }), async () => GONE);
    const diversion = createDiversion(() => network, () => undefined);
    diversion.want();
    await vi.advanceTimersByTimeAsync(0);
    const stopped = diversion.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual(['link', 'rules']);
    finish(AS_WANTED);
    await stopped;
    expect(asked).toEqual(['link', 'rules', 'stop']);
    await diversion.end();
  });

  it('puts nothing more in once it has ended, which is when nothing is under way', async () => {
    let finish: () => void = () => undefined;
    const { asked, network } = scripted(async () => AS_WANTED, async () => GONE);
    const slow: Network = { ...network, missingAddresses: () => new Promise((resolve) => {
      finish = () => resolve([]);
    }) };
    const diversion = createDiversion(() => slow, () => undefined);
    diversion.want();
    diversion.look();
    await vi.advanceTimersByTimeAsync(0);
    let hasEnded = false;
    const ended = diversion.end().then(() => {
      hasEnded = true;
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect(hasEnded).toBe(false);
    finish();
    await ended;
    expect(asked).toEqual(['link']);
  });

  it('tries for as long as rules may be there, and not for ever where none ever were', async () => {
    let gone: RulesGone = FAILED;
    const { asked, network } = scripted(async () => AS_WANTED, async () => gone);
    const diversion = createDiversion(() => network, () => undefined);
    diversion.want();
    await vi.advanceTimersByTimeAsync(0);
    let hasStopped = false;
    const stopped = diversion.stop().then(() => {
      hasStopped = true;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hasStopped).toBe(false);
    gone = GONE;
    await vi.advanceTimersByTimeAsync(1000);
    await stopped;
    await diversion.end();

    const never = scripted(async () => FAILED, async () => FAILED);
    const other = createDiversion(() => never.network, () => undefined);
    other.want();
    const ended = other.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    await ended;
    expect(never.asked.filter((what) => what === 'stop')).toHaveLength(3);
    expect(asked.length).toBeGreaterThan(50);
    await other.end();
  });

  it('says once which rules of others decide before ours', async () => {
    let above: readonly string[] = ['-p udp -j ACCEPT'];
    const { network } = scripted(async () => ({ kind: 'as-wanted', above }), async () => GONE);
    const lines: string[] = [];
    const diversion = createDiversion(() => network, (line) => lines.push(line));
    diversion.want();
    diversion.look();
    await vi.advanceTimersByTimeAsync(0);
    above = [...above, '-j CALI'];
    diversion.look();
    await vi.advanceTimersByTimeAsync(0);
    const warnings = lines.filter((line) => line.startsWith('[WARNING]'));
    expect(warnings).toEqual(['-p udp -j ACCEPT', '-j CALI'].map((rule) => `[WARNING] A rule of others stands above ours, and decides first: ${rule}`));
    await diversion.end();
  });

  it('says when queries are led here: once, until it stopped or failed', async () => {
    let outcome: RulesOutcome = AS_WANTED;
    const { network } = scripted(async () => outcome, async () => GONE);
    const lines: string[] = [];
    const diversion = createDiversion(() => network, (line) => lines.push(line));
    const look = async (): Promise<number> => {
      diversion.look();
      await vi.advanceTimersByTimeAsync(0);
      return lines.length;
    };
    diversion.want();
    expect([await look(), await look()]).toEqual([1, 1]);
    expect(lines).toEqual(['[INFO] The rules are in place: queries are led here']);
    outcome = FAILED;
    expect(await look()).toBe(1);
    outcome = AS_WANTED;
    expect(await look()).toBe(2);
    await diversion.stop();
    diversion.want();
    expect(await look()).toBe(3);
    await diversion.end();
  });
});
