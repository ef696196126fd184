import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { watchFiles } from '../../src/sockets/watch.ts';

it('hears of what changes from the moment on in which it is asked to, and of nothing else', () => {
  vi.useFakeTimers();
  const folder = mkdtempSync(join(tmpdir(), 'dns-cache-watch-'));
  const at = (name: string): string => join(folder, name);
  const [file, link, later] = [at('file'), at('link'), at('later')];
  try {
    writeFileSync(file, 'one');
    writeFileSync(at('target'), 'one');
    symlinkSync(file, link);
    const changed: string[] = [];
    const watcher = watchFiles([file, link, later], (path) => changed.push(path));
    const look = (): readonly string[] => {
      vi.advanceTimersByTime(2000);
      return changed.splice(0);
    };
    // At once: nobody has looked yet.
    writeFileSync(at('new'), 'two');
    renameSync(at('new'), file);
    expect(look()).toEqual([file, link]);
    expect(look()).toEqual([]);
    symlinkSync(at('target'), at('other'));
    renameSync(at('other'), link);
    writeFileSync(later, 'there');
    expect(look()).toEqual([link, later]);
    rmSync(later);
    expect(look()).toEqual([later]);
    watcher.stop();
    writeFileSync(file, 'three');
    expect(look()).toEqual([]);
  } finally {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  }
});
