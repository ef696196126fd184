import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { read, root, tracked } from '../repository.ts';
import { findingsIn } from './findings.ts';
import { readPlan } from './floors.ts';

const plan = readPlan(read('ARCHITECTURE.md'));

describe('the house', () => {
  it('has imports that run down its floors, in no circle, and into no package’s inside', () => {
    const files = tracked.filter((path) => path.endsWith('.ts') || /^packages\/[^/]+\/package\.json$/.test(path));
    expect(findingsIn(new Map(files.map((path) => [path, read(path)])), plan)).toEqual([]);
  });

  it('has no dead file, and no export that nothing uses', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [`${root}node_modules/knip/bin/knip.js`], { cwd: root, encoding: 'utf8' });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});
