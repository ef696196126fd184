import { EXTENSION_LIMITS } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { read } from './repository.ts';

describe('docs/fidelity.md', () => {
  it('lists what of iptables is not evaluated, as the modules say', () => {
    const listed = read('docs/fidelity.md')
      .split('\n')
      .filter((line) => /^\| `-[mj] /.test(line));
    const told = EXTENSION_LIMITS.map(
      ({ kind, name, extent, what }) => `| \`${kind === 'match' ? '-m' : '-j'} ${name}\` | ${extent === 'always' ? `all packets: ${what}` : what} |`,
    );
    expect(listed).toEqual(told);
  });
});
