import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import { World } from '../support/world.ts';

describe('shed', () => {
  it('is described', () => expect(meaning('shed')).toEqual(['shed']));

  it.each([
    ['shed x', '2:6: Wrong argument count'],
    ['shed\nshed', "3:1: 'shed' can only be used once"],
    ['shed {\n x\n}', "3:2: 'shed' has no block of options"],
  ])('%j is refused', (directive, expected) => {
    expect(complaint(directive)).toContain(`Corefile:${expected}`);
  });

  it('is refused for a block over TLS, where it would do nothing', () => {
    expect(complaint('shed', { keys: 'tls://example.org' })).toContain("Corefile:2:1: 'shed' drops queries over UDP, and tls://example.org. is served over TLS");
  });

  it.each(['', 'shed\n'])('%j or not, what waited for too long is counted for its listener', (line) => {
    const world = new World({ corefile: `. {\n ${line} whoami\n}` });
    expect(world.server.handle({ kind: 'shed', local: { address: '10.96.0.10', port: 53 } }, 0)).toEqual([
      { kind: 'metric', metric: 'coredns_shed_dropped_total', labels: ['dns://:53', 'query'], value: 1 },
    ]);
  });
});
