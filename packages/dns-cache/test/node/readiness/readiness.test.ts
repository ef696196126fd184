import { describe, expect, it } from 'vitest';
import { judgeAnswer, readinessQuestion } from '../../../src/node/readiness/question.ts';
import type { Findings } from '../../../src/node/readiness/readiness.ts';
import { isReady, readinessText } from '../../../src/node/readiness/readiness.ts';
import { read, responseTo, World } from '../../support/world.ts';

describe('the question', () => {
  const client = { address: '10.244.1.5', port: 40000 };
  const local = { address: '10.96.0.10', port: 53 };

  it.each(['. {\n whoami\n}', 'example.org {\n forward . 192.0.2.1\n}', '. {\n acl {\n drop\n }\n log\n forward . 192.0.2.1\n}'])('is answered whatever the Corefile has, and neither counted, logged nor passed on: %j', (corefile) => {
    const world = new World({ corefile });
    const query = world.send(readinessQuestion(7));
    const answer = world.rawAnswer(query) ?? new Uint8Array();
    expect(read(answer)).toMatchObject({ id: 7, rcode: 'BADVERS' });
    expect(world.effects.map(({ kind }) => kind)).toEqual(['answer']);
    expect(judgeAnswer(answer, 7, client, local)).toBe('ours');
    expect(judgeAnswer(answer, 8, client, local)).toBe('no-answer');
    // A question that was translated on its way.
    expect(judgeAnswer(answer, 7, { ...client, port: 40001 }, local)).toBe('foreign');
    expect(judgeAnswer(answer, 7, client, { ...local, address: '10.96.0.11' })).toBe('foreign');
  });

  it('is told from what another server says to it', () => {
    expect(judgeAnswer(responseTo(readinessQuestion(7), { rcode: 'REFUSED' }), 7, client, local)).toBe('foreign');
    expect(judgeAnswer(readinessQuestion(7), 7, client, local)).toBe('no-answer');
    expect(judgeAnswer(Uint8Array.of(1, 2, 3), 7, client, local)).toBe('no-answer');
  });
});

describe('the verdict', () => {
  const answered = { address: '10.96.0.10', asked: { kind: 'answered', ms: 0.25 } } as const;
  const silent = { address: '10.96.0.10', asked: { kind: 'silent', afterMs: 800 } } as const;
  const well: Findings = {
    network: { link: { kind: 'in-place' }, rules: { kind: 'in-place' } },
    asNode: [answered],
    asPod: { kind: 'not-tried', reason: 'no permission to make a namespace' },
    unserved: ['fd00::10'],
  };

  it.each<readonly [string, Partial<Findings>, boolean]>([
    ['all is well', {}, true],
    ['rules are others’ business', { network: { ...well.network, rules: { kind: 'left-alone' } } }, true],
    ['rules are not there', { network: { ...well.network, rules: { kind: 'not-there' } } }, false],
    ['rules could not be put in', { network: { ...well.network, rules: { kind: 'failed', reason: 'no' } } }, false],
    ['the link could not be looked at, but queries are answered', { network: { ...well.network, link: { kind: 'failed', reason: 'no' } } }, true],
    ['nothing is served', { asNode: [] }, false],
    ['one of two is silent', { asNode: [answered, silent] }, false],
    ['another answers', { asNode: [{ address: 'x', asked: { kind: 'answered-by-another' } }] }, false],
    ['pods are not answered', { asPod: { kind: 'asked', addresses: [silent] } }, false],
    ['pods are answered', { asPod: { kind: 'asked', addresses: [answered] } }, true],
  ])('%s', (_what, change, expected) => {
    expect(isReady({ ...well, ...change })).toBe(expected);
    expect(readinessText({ ...well, ...change }).split('\n')[0]).toBe(expected ? 'OK' : 'not ready');
  });

  it('says what was found, and what was not tried', () => {
    expect(readinessText({ ...well, network: { ...well.network, rules: { kind: 'failed', reason: 'exit status 4:\n locked' } } })).toBe(`not ready
link: in place
rules: not known to be in place: exit status 4: locked
10.96.0.10 over UDP, as the node: answered in 0.3 ms
as a pod: not tried (no permission to make a namespace)
fd00::10: not served, no block listens there
`);
  });
});
