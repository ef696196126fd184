import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { read, root } from './repository.ts';

it('the reference is made of the comments without a warning, a page for each subpath', () => {
  const out = mkdtempSync(join(tmpdir(), 'reference-'));
  try {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    execFileSync('sh', ['-c', `${scripts['reference']} --out "$0" 2>&1`, out], { cwd: root, encoding: 'utf8' });
    expect(readdirSync(join(out, 'modules'))).toHaveLength(11);
    expect(readFileSync(join(out, 'functions/_nodelocal_netfilter-sim_node.nodeFrom.html'), 'utf8')).toContain('The node that a folder tells of');
  } finally {
    rmSync(out, { recursive: true });
  }
});
