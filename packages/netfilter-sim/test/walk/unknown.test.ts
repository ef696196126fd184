import { assuming, explore, flightFrom, newHostState, run, seededChance } from '@nodelocal/netfilter-sim';
import type { Choice, Journey } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import type { Lab } from '../support/lab.ts';
import { lab, rules } from '../support/lab.ts';

const UNKNOWN = { kind: 'unknown' } as const;
const output = (...lines: readonly string[]): Lab => lab(rules({ filter: lines.map((line) => `-A OUTPUT ${line}`) }));
const TO_443 = 'local: tcp 172.18.0.2:4000 > 172.18.0.9:443';

const walk = ({ host }: Lab, packet: string, state = newHostState(), assume?: (choice: Choice) => boolean | undefined): Journey =>
  run(host, state, flightFrom(host, packet, UNKNOWN), assume === undefined ? seededChance(1) : assuming(assume, seededChance(1)));

describe('a rule with a test whose answer is not known', () => {
  it.each([
    ['behind it', '-p tcp -m owner --uid-owner 1000 -m tcp --dport 25 -j REJECT'],
    ['before it', '-p tcp -m tcp --dport 25 -m owner --uid-owner 1000 -j REJECT'],
    ['behind two of them', '-p tcp -m owner --uid-owner 1000 -m owner --gid-owner 7 -m tcp --dport 25 -j DROP'],
    ['behind one that remembers', '-p tcp -m owner --uid-owner 1000 -m limit --limit 1/hour -m tcp --dport 25 -j DROP'],
  ])('does not matter where another test fails %s', (_where, rule) => {
    expect(walk(output(rule), TO_443).outcome.kind).toBe('sent');
  });

  it('ends the walk where it decides, and names the rule, the question and the way on', () => {
    const rule = '-p tcp -m owner --uid-owner 1000 -m tcp --dport 443 -j REJECT --reject-with icmp-port-unreachable';
    expect(walk(output(rule), TO_443).outcome).toEqual({
      kind: 'not-modelled',
      what: 'the user that owns the sending socket',
      rule: { place: 'filter OUTPUT rule 1', text: `-A OUTPUT ${rule}` },
      question: 'the user that owns the sending socket, in filter OUTPUT rule 1',
    });
  });

  it('is not asked where it does not decide', () => {
    const asked: string[] = [];
    const node = output('-m owner --uid-owner 1000 -p tcp -m tcp --dport 25 -j DROP');
    walk(node, TO_443, newHostState(), ({ what }) => {
      asked.push(what);
      return true;
    });
    expect(asked).toEqual([]);
    expect(explore(node.host, newHostState(), flightFrom(node.host, TO_443, UNKNOWN), { ports: seededChance(1) }).possibilities).toHaveLength(1);
  });

  it('leaves open what a test behind it remembers, and nothing else', () => {
    const node = output('-p tcp -m owner --uid-owner 1000 -m limit --limit 1/hour --limit-burst 1 -m tcp --dport 443 -j DROP');
    const state = newHostState();
    // Whether this one took the only token hangs on its owner.
    walk(node, 'local: tcp 172.18.0.2:4000 > 172.18.0.9:25', state);
    const second = walk(node, TO_443, state, ({ what }) => (what.startsWith('the user') ? true : undefined));
    expect(second.outcome).toMatchObject({ kind: 'not-modelled', question: 'what limit remembers, in filter OUTPUT rule 1' });
  });
});

describe('the owner of a packet', () => {
  const node = output('-m owner --uid-owner 1000 -j DROP', '-m owner --gid-owner 50 -j DROP');

  it.each([
    ['uid 1000', 'dropped'],
    ['uid 5 gid 50', 'dropped'],
    ['uid 5 gid 5', 'sent'],
    ['uid 5', 'not-modelled'],
  ])('can be written down: %s', (words, kind) => {
    expect(walk(node, `${TO_443} ${words}`).outcome.kind).toBe(kind);
  });
});
