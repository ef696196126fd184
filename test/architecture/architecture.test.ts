import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { read, root, tracked } from '../repository.ts';
import { findingsIn } from './findings.ts';
import { readPlan } from './floors.ts';
import { isCode } from './tree.ts';

const plan = readPlan(read('ARCHITECTURE.md'));

describe('the house', () => {
  it('has imports that run down its floors, in no circle, and into no package’s inside', () => {
    const textOf = (path: string): string => (isCode(path) || path.endsWith('package.json') ? read(path) : '');
    expect(findingsIn(new Map(tracked.map((path) => [path, textOf(path)])), plan)).toEqual([]);
  });

  it('has no dead file, and no export that nothing uses', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [`${root}node_modules/knip/bin/knip.js`], { cwd: root, encoding: 'utf8' });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});
