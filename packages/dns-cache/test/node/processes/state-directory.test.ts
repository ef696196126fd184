import { mkdtempSync, rmSync, statSync, writeFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareStateDirectory } from '../../../src/node/processes/state-directory.ts';

describe('the directory of an agent’s state', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dns-cache-state-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made with its parents, for nobody else, and left empty; and is as good the next time', () => {
    const directory = join(folder, 'run', 'state');
    expect(prepareStateDirectory(directory)).toBeUndefined();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(readdirSync(directory)).toEqual([]);
    expect(prepareStateDirectory(directory)).toBeUndefined();
  });

  it('cannot be a file', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(prepareStateDirectory(join(folder, 'file'))).toMatch(/not a directory/);
    expect(prepareStateDirectory(join(folder, 'file', 'state'))).toMatch(/not a directory/);
  });

  it('cannot be where the kernel makes none: that is said, and soon', () => {
    expect(prepareStateDirectory('/proc/no-such/state')).toMatch(/no such file/);
  });
});
