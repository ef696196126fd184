import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createReloader } from '../../src/agent/reload.ts';
import { parseCorefile } from '../../src/configuration/corefile.ts';
import type { Corefile } from '../../src/plugin/server-block.ts';

const GOOD = '. {\nwhoami\n}\n';
const BAD = '. {\nnonsense\n}\n';

const corefileOf = (text: string): Corefile => parseCorefile(text, { file: 'Corefile' });

/** A reloader of a file that is written by the test, and what it said. */
const reloading = () => {
  let text = GOOD;
  const lines: string[] = [];
  let failures = 0;
  const looks: string[] = [];
  const reloader = createReloader(corefileOf(text), {
    load: () => {
      looks.push(text);
      return corefileOf(text);
    },
    apply: () => Promise.resolve(),
    log: (line) => lines.push(line),
    failed: () => {
      failures += 1;
    },
    running: () => undefined,
  });
  reloader.every({ intervalMs: 5, jitterMs: 0 });
  lines.length = 0;
  const seen = () => {
    const [said, counted] = [lines.splice(0), failures];
    failures = 0;
    return { said, counted };
  };
  return {
    put: (written: string) => {
      text = written;
    },
    /** After some looks, however long a busy machine takes for them. */
    write: async (written: string) => {
      text = written;
      looks.length = 0;
      while (looks.length < 3) await sleep(5);
      return seen();
    },
    look: async () => {
      await reloader.look();
      return seen();
    },
    stop: () => reloader.stop(),
  };
};

describe('a Corefile that cannot be served any more', () => {
  it('is told once, and again when something else is wrong; it is counted at each look', async () => {
    const { write, stop } = reloading();
    const first = await write(BAD);
    expect(first.said).toEqual([
      '[INFO] Reloading',
      expect.stringMatching(/^\[ERROR\] Restart failed: Corefile:2:1: Unknown directive 'nonsense'/),
      expect.stringMatching(/^\[ERROR\] plugin\/reload: Corefile changed but reload failed: Corefile:2:1: Unknown directive 'nonsense'/),
    ]);
    const later = await write(BAD);
    expect(later.said).toEqual([]);
    expect(later.counted).toBeGreaterThan(1);
    expect((await write('. {\n')).said).toHaveLength(3);
    stop();
  });

  it('is told again after a good one, and to whoever asks', async () => {
    const { write, look, stop } = reloading();
    await write(BAD);
    expect(await write(GOOD)).toEqual({ said: [], counted: 0 });
    expect((await write(BAD)).said).toHaveLength(3);
    expect((await look()).said).toHaveLength(3);
    stop();
  });
});

describe('lines of a reload, as CoreDNS has them', () => {
  const OTHER = '. {\nwhoami\nerrors\n}\n';
  const RUNNING = expect.stringMatching(/^\[INFO\] plugin\/reload: Running configuration SHA512 = [0-9a-f]{128}$/) as string;

  it('at an interval', async () => {
    const { write, stop } = reloading();
    expect((await write(OTHER)).said).toEqual(['[INFO] Reloading', '[INFO] Reloading complete', RUNNING]);
    stop();
  });

  it('by SIGUSR1, whether anything has changed or not', async () => {
    const { put, look, stop } = reloading();
    stop();
    expect((await look()).said).toEqual(['[INFO] Reloading', '[INFO] Reloading complete']);
    put(OTHER);
    expect((await look()).said).toEqual(['[INFO] Reloading', '[INFO] Reloading complete']);
  });

  it('by SIGUSR1 where the Corefile is wrong', async () => {
    const { put, look, stop } = reloading();
    stop();
    put(BAD);
    expect((await look()).said).toEqual([
      '[INFO] Reloading',
      expect.stringMatching(/^\[ERROR\] Restart failed: Corefile:2:1: Unknown directive 'nonsense'/),
      expect.stringMatching(/^\[ERROR\] SIGUSR1: starting with listener file descriptors: Corefile:2:1: Unknown directive 'nonsense'/),
    ]);
  });

  it('where `reload` comes with the new Corefile, or goes', () => {
    const lines: string[] = [];
    const reloader = createReloader(corefileOf(GOOD), { load: () => corefileOf(GOOD), apply: () => Promise.resolve(), log: (line) => lines.push(line), failed: () => undefined, running: () => undefined });
    reloader.every(undefined);
    expect(lines).toEqual([]);
    reloader.every({ intervalMs: 60_000, jitterMs: 0 });
    reloader.every({ intervalMs: 50_000, jitterMs: 0 });
    expect(lines).toEqual([RUNNING]);
    reloader.every(undefined);
    reloader.every({ intervalMs: 60_000, jitterMs: 0 });
    expect(lines).toEqual([RUNNING, RUNNING]);
    reloader.stop();
  });
});
