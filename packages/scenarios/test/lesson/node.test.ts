import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeCacheTransaction } from '@nodelocal/dns-cache';
import { parseRuleSet, printRuleSet, readNode, restoreInto, routeGetText } from '@nodelocal/netfilter-sim';
import type { Ipv4, RuleSet } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { nodeWithCache } from '../../src/lesson/model/node.ts';
import { ruleLines } from '../../src/lesson/print/rules.ts';
import { CLUSTER } from '../support/lesson-steps.ts';
import { lessonInputs } from '../support/lesson.ts';

/** The node that the lesson is computed from, and the one that was captured: two ways to the same. */

const captured = readNode(lessonInputs.snapshot).host;
const computed = nodeWithCache(CLUSTER).host;

const linesOf = (rules: RuleSet): readonly string[] => printRuleSet(rules).split('\n');
const onlyIn = (some: readonly string[], others: readonly string[]): readonly string[] => some.filter((line) => !others.includes(line));

describe('the computed node', () => {
  it('has the rules of the captured one, but for what kube-proxy has come to do since', () => {
    const [before, now] = [linesOf(captured.ruleSets.ipv4), linesOf(computed.ruleSets.ipv4)];
    expect(onlyIn(before, now)).toEqual(['-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP']);
    expect(onlyIn(now, before)).toEqual(['-A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts -j DROP']);
  });

  it('has them in the same order where the cache’s stand', () => {
    const ofCache = (host: typeof captured): readonly string[] => (['raw', 'filter'] as const).flatMap((table) => ruleLines(host, table)).filter((line) => line.includes('NodeLocal'));
    expect(ofCache(computed)).toHaveLength(24);
    expect(ofCache(computed)).toEqual(ofCache(captured));
  });

  it('has the same addresses and routes', () => {
    const addresses = ({ interfaces }: typeof captured): readonly string[] => interfaces.map(({ name, addresses: own }) => `${name} ${own.map(({ address }) => address).join(' ')}`);
    expect(addresses(computed)).toEqual(addresses(captured));
    for (const destination of ['10.96.0.10', '169.254.20.10', '192.168.82.65', '192.168.195.131', '172.18.0.1'] as Ipv4[]) {
      const route = { destination, mark: 0, tos: 0 };
      expect(routeGetText(computed, route)).toEqual(routeGetText(captured, route));
    }
  });
});

it("node-cache's transaction comes to the rules of nodes/node-cache.rules", () => {
  const written = readFileSync(fileURLToPath(new URL('../../nodes/node-cache.rules', import.meta.url)), 'utf8');
  const nothing = parseRuleSet('*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n', { file: 'nothing', family: 'ipv4' });
  const settings = { addresses: ['169.254.20.10', '10.96.0.10'], dnsPort: 53, healthPort: 8080 };
  const [ours, theirs] = [nodeCacheTransaction(settings), written].map((text) => linesOf(restoreInto(nothing, text, { file: 'rules' })));
  expect(ours).toEqual(theirs);
});
