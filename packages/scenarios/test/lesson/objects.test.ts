import { describe, expect, it } from 'vitest';
import { outputOf } from '../support/lesson-steps.ts';
import { columns, hasLesson, lessonNote, linesOf, shapesOf } from './lesson-text.ts';

describe.skipIf(!hasLesson)(`what kubectl lists, as the lesson has it${lessonNote}`, () => {
  it('step 1: the nodes; -o wide has five columns more, which the lesson leaves out', () => {
    const expected = linesOf(1, 'NAME ', 'k01-worker2');
    expect(shapesOf(columns(5, outputOf(1, 'get nodes')))).toEqual(shapesOf(expected));
    expect(outputOf(1, 'get nodes')[0]).toMatch(/ {3}INTERNAL-IP {3}EXTERNAL-IP {3}OS-IMAGE {10,}KERNEL-VERSION {3}CONTAINER-RUNTIME$/);
    // Of these the lesson shows nothing at all.
    expect(columns(4, outputOf(1, 'get pods')).slice(1)).toEqual([expect.stringMatching(/^coredns-\S+ {2}1\/1 {2}Running {2}0$/), expect.stringMatching(/^coredns-/)]);
  });

  it('step 2: the Service and the resolv.conf', () => {
    expect(shapesOf(outputOf(2, 'get svc'))).toEqual(shapesOf(linesOf(2, 'NAME ', 'kube-dns ')));
    expect(outputOf(2, 'resolv.conf')).toEqual(linesOf(2, 'search ', 'options '));
  });

  it('step 2: to the letter, ages too', () => {
    expect(outputOf(2, 'get svc')).toEqual(linesOf(2, 'NAME ', 'kube-dns '));
  });

  it('step 8: what is created; the manifest has a Service for metrics, which the lesson leaves out', () => {
    const expected = linesOf(8, 'serviceaccount/', 'daemonset.apps/');
    expect(outputOf(8)).toEqual([...expected, 'service/node-local-dns created']);
  });

  it("step 9: the caches' pods, with the nodes' addresses: the lesson has some of the pods' range, but these pods are in their nodes' networks", () => {
    const anywhere = (lines: readonly string[]): readonly string[] => shapesOf(lines).map((line) => line.replace(/(?<=AGE )\S+/, 'ADDRESS')).toSorted();
    const expected = linesOf(9, 'NAME ', 'node-local-dns-xxxxx').slice(0, 1);
    const pods = linesOf(9, 'node-local-dns-xxxxx', 'A NodeLocal').slice(0, -1);
    // Pods stand in the order of their names, whose ends are of chance; two columns of -o wide are left out.
    expect(anywhere(columns(7, outputOf(9)))).toEqual(anywhere([...expected, ...pods]));
    expect(outputOf(9).slice(1).map((line) => /172\.18\.0\.\d/.exec(line)?.[0])).toEqual(['172.18.0.3', '172.18.0.2', '172.18.0.4']);
  });

  it('step 10: the Services; the one for metrics has "dns" in its name too', () => {
    const [kubeDns, upstream, ...more] = shapesOf(outputOf(10));
    const headless = 'node-local-dns ClusterIP None <none> 9253/TCP AGE';
    expect([kubeDns, upstream]).toEqual(shapesOf(linesOf(10, 'kube-dns ', 'kube-dns-upstream ')));
    expect(more).toEqual([headless]);
  });
});
