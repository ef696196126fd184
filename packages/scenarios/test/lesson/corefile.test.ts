import { describe, expect, it } from 'vitest';
import { CLUSTER, exhibitsOf, outputOf } from '../support/lesson-steps.ts';
import { hasLesson, lessonNote, linesOf, sectionOf } from './lesson-text.ts';

const plain = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '');

/** Whether some lines stand among others in their order. */
const standIn = (some: readonly string[], others: readonly string[]): boolean => {
  const rest = [...some];
  for (const line of others) if (line === rest[0]) rest.shift();
  return rest.length === 0;
};

describe.skipIf(!hasLesson)(`the Corefile, as the lesson has it${lessonNote}`, () => {
  it('step 6: the caches; two zones that are like the last one are left out there', () => {
    const expected = plain(linesOf(6, 'cluster.local:53', '6.1').slice(0, -1));
    const blocks = plain(outputOf(6)).join('\n').split(/\n(?=\S+:53 \{)/);
    expect(blocks.map((block) => block.split(':')[0])).toEqual(['cluster.local', 'in-addr.arpa', 'ip6.arpa', '.']);
    expect([blocks[0], blocks[3]].join('\n').split('\n')).toEqual(expected);
    expect(blocks[1]?.replace('in-addr.arpa', '')).toBe(blocks[3]?.replace('.', ''));
  });

  it('step 7: the log; the lesson leaves lines out', () => {
    const expected = plain(linesOf(7, '[INFO] Using', '7.1').slice(0, -1)).filter((line) => line !== '...');
    expect(standIn(expected, plain(outputOf(7)))).toBe(true);
  });

  it('step 22: the ConfigMap with log', () => {
    const expected = plain(linesOf(22, 'apiVersion', 'Save and').slice(0, -1));
    // The lesson has force_tcp in the block for all else, which the manifest has not: other servers are asked as the pod asks.
    const external = 'forward . __PILLAR__UPSTREAM__SERVERS__';
    const at = expected.indexOf(`${external} {`);
    expect(expected.slice(at, at + 3)).toEqual([`${external} {`, 'force_tcp', '}']);
    const asInManifest = expected.toSpliced(at, 3, external);
    const found = plain(outputOf(22));
    expect(found.slice(0, found.indexOf('kind: ConfigMap'))).toEqual(asInManifest);
  });

  it.each(Array.from({ length: 25 }, (_, at) => at + 1))('step %d: its commands are those of the lesson', (step) => {
    const filled = (text: string): string =>
      Object.entries({ NODE: 'k01-worker', kubedns: '10.96.0.10', domain: 'cluster.local', localdns: CLUSTER.localDns, NODELOCAL_POD: 'node-local-dns-6tq8m' }).reduce(
        (filling, [name, value]) => filling.replaceAll(new RegExp(String.raw`\$${name}\b(?!")`, 'g'), value),
        text,
      );
    const text = filled(sectionOf(step).join('\n'));
    for (const { commands } of exhibitsOf(step)) for (const command of commands) expect(text).toContain(filled(command));
  });
});

describe('steps of which the lesson shows no output', () => {
  it('print what the tools say', () => {
    expect(outputOf(3)).toEqual([]);
    expect(outputOf(4)).toEqual(['kube-dns ClusterIP: 10.96.0.10']);
    expect(outputOf(5)).toEqual([]);
    expect(outputOf(23)).toEqual([
      'daemonset.apps/node-local-dns restarted',
      ...[0, 1, 2].map((done) => `Waiting for daemon set "node-local-dns" rollout to finish: ${done} out of 3 new pods have been updated...`),
      'Waiting for daemon set "node-local-dns" rollout to finish: 2 of 3 updated pods are available...',
      'daemon set "node-local-dns" successfully rolled out',
    ]);
    expect(outputOf(25)).toEqual([...outputOf(22).filter((line) => line.trim() !== 'log'), 'daemonset.apps/node-local-dns restarted']);
  });
});
