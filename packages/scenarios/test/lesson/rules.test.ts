import { describe, expect, it } from 'vitest';
import { nodeWithCache } from '../../src/lesson/model/node.ts';
import { ruleLines } from '../../src/lesson/print/rules.ts';
import { CLUSTER, outputOf } from '../support/lesson-steps.ts';
import { hasLesson, lessonNote, linesOf, shapesOf } from './lesson-text.ts';

/** Each rule of node-cache has a comment (cmd/node-cache/app/cache_app.go), which the lesson leaves out. */
const withoutComments = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/ -m comment --comment "[^"]*"/, ''));

/** node-cache puts each rule on top: the rules of the address that it comes to last stand first. The lesson has them as they are asked for. */
const addressesSwapped = (lines: readonly string[]): readonly string[] => [...lines.filter((line) => line.includes('10.96.0.10')), ...lines.filter((line) => line.includes('169.254.20.10'))];

describe.skipIf(!hasLesson)(`what the node lists, as the lesson has it${lessonNote}`, () => {
  it('step 11: the node and the interface', () => {
    expect(outputOf(11, 'NODE=')).toEqual(['dns-test pod is running on node: k01-worker']);
    expect(shapesOf(outputOf(11, 'ip addr'))).toEqual(shapesOf(linesOf(11, 'X: nodelocaldns', 'This is').slice(0, -1)));
  });

  it('step 14: the raw rules that the lesson has, and those without which answers would be tracked', () => {
    const found = withoutComments(outputOf(14));
    const expected = linesOf(14, '-A PREROUTING', '14.1').filter((line) => line.startsWith('-A'));
    expect(expected).toHaveLength(8);
    const inChain = (chain: string): readonly string[] => found.filter((line) => line.startsWith(`-A ${chain} `) && line.includes('--dport 53'));
    for (const chain of ['PREROUTING', 'OUTPUT']) expect(inChain(chain)).toEqual(addressesSwapped(expected.filter((line) => line.startsWith(`-A ${chain} `))));
    // The lesson leaves out that of the answers (--sport), and those for the kubelet's questions about health: four lines of each address.
    const more = found.filter((line) => !expected.includes(line));
    expect(more).toEqual(
      ['10.96.0.10', '169.254.20.10'].flatMap((ip) => [
        `-A OUTPUT -s ${ip}/32 -p tcp -m tcp --sport 8080 -j NOTRACK`,
        `-A OUTPUT -d ${ip}/32 -p tcp -m tcp --dport 8080 -j NOTRACK`,
        `-A OUTPUT -s ${ip}/32 -p udp -m udp --sport 53 -j NOTRACK`,
        `-A OUTPUT -s ${ip}/32 -p tcp -m tcp --sport 53 -j NOTRACK`,
      ]),
    );
    expect(found).toHaveLength(16);
  });

  it('step 15: the rule for UDP; that for TCP the command of the lesson does not find', () => {
    const [udp, tcp] = linesOf(15, '-A KUBE-SERVICES', 'These').filter((line) => line.startsWith('-A'));
    const [first, second, ...more] = outputOf(15);
    expect(first).toBe(udp);
    // "dns-tcp cluster IP" is not "dns cluster IP": the second line that grep lets through is the next one of the UDP port.
    expect(second).toBe('-A KUBE-SVC-TCOU7JCQXEZGVUNU ! -s 192.168.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment "kube-system/kube-dns:dns cluster IP" -m udp --dport 53 -j KUBE-MARK-MASQ');
    expect(more).toEqual([]);
    expect(ruleLines(nodeWithCache(CLUSTER).host, 'nat')).toContain(tcp);
  });

  it('step 16: the interface again, and the route', () => {
    expect(outputOf(16, 'ip addr')).toEqual(outputOf(11, 'ip addr'));
    expect(shapesOf(outputOf(16, 'ip route'))).toEqual(shapesOf(linesOf(16, 'local ', '    cache')));
  });

  it('step 17: the rules that let DNS in', () => {
    const expected = linesOf(17, '-A INPUT', 'These').filter((line) => line.startsWith('-A'));
    expect(withoutComments(outputOf(17))).toEqual(addressesSwapped(expected));
  });
});
