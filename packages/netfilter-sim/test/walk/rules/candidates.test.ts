import { address, parseRuleSet } from '@nodelocal/netfilter-sim';
import type { PacketContext } from '@nodelocal/netfilter-sim';
import { packets } from '@nodelocal/netfilter-sim/fast-check';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesBase } from '../../../src/ruleset/iptables/evaluate/rule.ts';
import { nextCandidate } from '../../../src/walk/rules/candidates.ts';
import { rules } from '../../support/lab.ts';

const sources = ['10.0.0.1', '10.0.0.9'].map(address);
const destinations = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.1.1'];
const test = fc.oneof(
  fc.constantFrom(...destinations).map((to) => `-d ${to}/32`),
  fc.constantFrom(...destinations).map((to) => `! -d ${to}/32`),
  fc.constantFrom('-d 10.0.0.0/24', '-d 10.0.0.1/255.0.255.255', '-s 10.0.0.1/32', ''),
);

const chainOf = (tests: readonly string[]) => {
  const text = rules({ filter: tests.map((written) => `-A FORWARD ${written} -j ACCEPT`) });
  const chain = parseRuleSet(text, { file: 'rules', family: 'ipv4' }).tables.get('filter')?.chains.get('FORWARD');
  if (chain === undefined) throw new TypeError('the text has a FORWARD chain');
  return chain;
};

it('passes over no rule that a packet could meet', () => {
  fc.assert(
    fc.property(fc.array(test, { minLength: 16, maxLength: 40 }), packets({ family: 'ipv4', sources, destinations: [...destinations, '10.9.9.9'].map(address) }), (tests, packet) => {
      const chain = chainOf(tests);
      const context: Partial<PacketContext> = { family: 'ipv4', packet, inDevice: 'a', outDevice: 'b' };
      const visited = new Set<number>();
      for (let at = nextCandidate(chain, 0, packet.dst); at < chain.rules.length; at = nextCandidate(chain, at + 1, packet.dst)) {
        visited.add(at);
      }
      for (const [at, rule] of chain.rules.entries()) {
        if (!visited.has(at)) expect(matchesBase(rule, context as PacketContext)).toBe(false);
      }
    }),
  );
});

it('does not look at the other services of a long chain', () => {
  const services = Array.from({ length: 200 }, (_, at) => `-d 10.96.${at >> 8}.${at & 255}/32 -p udp -m udp --dport 53`);
  const chain = chainOf([...services, '-m addrtype --dst-type LOCAL']);
  expect(nextCandidate(chain, 0, address('10.96.0.77'))).toBe(77);
  expect(nextCandidate(chain, 78, address('10.96.0.77'))).toBe(200);
  expect(nextCandidate(chain, 201, address('10.96.0.77'))).toBe(201);
});
