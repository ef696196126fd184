import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { read, root, tracked } from '../repository.ts';
import { findingsIn } from './findings.ts';
import { readRooms } from './floors.ts';

const rooms = readRooms(read('ARCHITECTURE.md'));

describe('the house', () => {
  it('has imports that run down its floors, in no circle, and into no package’s inside', () => {
    const files = tracked.filter((path) => path.endsWith('.ts') || /^packages\/[^/]+\/package\.json$/.test(path));
    expect(findingsIn(new Map(files.map((path) => [path, read(path)])), rooms)).toEqual([]);
  });

  it('has no dead file, and no export that nothing uses', () => {
    const knip = (): string => execFileSync('pnpm', ['-s', 'check:dead-code'], { cwd: root, encoding: 'utf8' });
    expect(knip).not.toThrow();
  });
});
