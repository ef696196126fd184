import { statSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { prepareStateDirectory } from '../../../src/node/processes/state-directory.ts';
import { scratch } from '../../support/scratch.ts';

describe('the directory of an agent’s state', () => {
  const files = scratch();

  it('is made with its parents, for nobody else, and left empty; and is as good the next time', () => {
    const directory = files.path('run/state');
    expect(prepareStateDirectory(directory)).toBeUndefined();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(readdirSync(directory)).toEqual([]);
    expect(prepareStateDirectory(directory)).toBeUndefined();
  });

  it('cannot be a file', () => {
    const file = files.write('file', '');
    expect(prepareStateDirectory(file)).toMatch(/not a directory/);
    expect(prepareStateDirectory(`${file}/state`)).toMatch(/not a directory/);
  });

  it('cannot be where the kernel makes none: that is said, and soon', () => {
    expect(prepareStateDirectory('/proc/no-such/state')).toMatch(/no such file/);
  });
});
