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
  const reloader = createReloader(corefileOf(text), {
    load: () => corefileOf(text),
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
    /** After some looks. */
    write: async (written: string) => {
      text = written;
      await sleep(100);
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
    expect(first.said).toEqual([expect.stringMatching(/^\[ERROR\] plugin\/reload: Corefile changed but reload failed: Corefile:2:1: Unknown directive 'nonsense'/)]);
    const later = await write(BAD);
    expect(later.said).toEqual([]);
    expect(later.counted).toBeGreaterThan(1);
    expect((await write('. {\n')).said).toHaveLength(1);
    stop();
  });

  it('is told again after a good one, and to whoever asks', async () => {
    const { write, look, stop } = reloading();
    await write(BAD);
    expect(await write(GOOD)).toEqual({ said: [], counted: 0 });
    expect((await write(BAD)).said).toHaveLength(1);
    expect((await look()).said).toHaveLength(1);
    stop();
  });
});
