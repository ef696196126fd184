import {
  address,
  applyTarget,
  flightFrom,
  newHostState,
  parseIpSets,
  parseRuleSet,
  port,
  printPacket,
  readNode,
  run,
  seededChance,
} from '@nodelocal/netfilter-sim';
import type { Chance, Family, Host, HostState, Packet, Rule, RuleSet } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { addressBits, addressFromBits } from '../../../src/packet/address.ts';
import type { Address } from '../../../src/packet/address.ts';
import { PROTOCOL } from '../../../src/packet/protocol.ts';
import { matchModule } from '../../../src/ruleset/iptables/matches/index.ts';
import type { AddressTest } from '../../../src/ruleset/iptables/values/rule-set.ts';
import { acceptedRuleSets, deviceFor, hasCorpora, placedRules, stubSets } from '../../support/corpora.ts';
import { tcpPacket, udpPacket, world } from './support/context.ts';

const accepted = acceptedRuleSets();

/** A large rule set says the same again and again. */
const RULES_MAX = 60;
const ENDS: Readonly<Record<Family, readonly [Address, Address]>> = {
  ipv4: [address('10.244.1.5'), address('10.244.2.7')],
  ipv6: [address('fd00:1::5'), address('fd00:2::7')],
};

const rulesOf = (ruleSet: RuleSet): readonly Rule[] => placedRules(ruleSet).map(({ rule }) => rule);

const some = <Item>(items: readonly Item[], most: number): readonly Item[] =>
  items.filter((_, at) => at % Math.ceil(items.length / most) === 0);

/** The last address that a test takes (the first is often a network's own); the usual one where it is turned round. */
const addressFor = (test: AddressTest | undefined, usual: Address, family: Family): Address => {
  if (test === undefined || test.inverted || test.mask === 0n) return usual;
  const whole = (1n << (family === 'ipv4' ? 32n : 128n)) - 1n;
  return addressFromBits(family, (addressBits(test.address) & test.mask) | (whole ^ test.mask ? 1n : 0n));
};

const devicesOf = (rules: readonly Rule[]): readonly string[] =>
  [...new Set(['lo', 'eth0', ...rules.flatMap(({ inInterface, outInterface }) => [deviceFor(inInterface) ?? [], deviceFor(outInterface) ?? []].flat())])];

/** Empty sets under the names that rules look in. */
const emptySets = (text: string, family: Family): HostState['sets'] =>
  parseIpSets(stubSets(text, family).map(({ create }) => create).join(''), { file: 'sets' });

const hostWith = (ruleSet: RuleSet, devices: readonly string[]): Host => {
  const { family } = ruleSet;
  const [local, prefixlen] = family === 'ipv4' ? ['172.18.0.2', 24] : ['fd00:18::2', 64];
  const device = (ifname: string, at: number): object =>
    ifname === 'lo'
      ? { ifindex: at + 1, ifname, flags: ['LOOPBACK', 'UP'], addr_info: [{ local: family === 'ipv4' ? '127.0.0.1' : '::1', prefixlen: 8, scope: 'host' }] }
      : { ifindex: at + 1, ifname, flags: ['UP'], addr_info: ifname === 'eth0' ? [{ local, prefixlen, scope: 'global' }] : [] };
  const { host } = readNode(
    {
      folder: 'corpora',
      contents: {
        'ip-addr.json': JSON.stringify(devices.map(device)),
        'sysctl.txt': 'net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 1\n',
        [family === 'ipv4' ? 'ip-route.json' : 'ip-6-route.json']: JSON.stringify([
          { dst: 'default', dev: 'eth0', gateway: family === 'ipv4' ? '172.18.0.1' : 'fd00:18::1' },
          { dst: family === 'ipv4' ? '172.18.0.0/24' : 'fd00:18::/64', dev: 'eth0', scope: 'link' },
          { type: 'local', dst: local, dev: 'eth0', table: '255', scope: 'host' },
        ]),
      },
    },
    { ruleSets: { [family]: ruleSet } },
  );
  return host;
};

/** Packets that the rule is about, from a device and from the node itself. */
const packetsFor = (rule: Rule, family: Family): readonly string[] => {
  const [from, to] = ENDS[family];
  const src = addressFor(rule.source, from, family);
  const dst = addressFor(rule.destination, to, family);
  const ends = { family, src, dst, ttl: 64, tos: 0, payloadBytes: 8 } as const;
  const ports = { sport: port(40_000), dport: dportOf(rule) };
  const packet =
    rule.protocol?.number === PROTOCOL.tcp
      ? printPacket({ kind: 'tcp', ...ends, ...ports, flags: 2, sequence: 1, acknowledgement: 0, window: 64_240, options: {} })
      : printPacket({ kind: 'udp', ...ends, ...ports });
  return [`${deviceFor(rule.inInterface) ?? 'eth0'}: ${packet}`, `local: ${packet}`];
};

const dportOf = ({ matches }: Rule): ReturnType<typeof port> => {
  for (const match of matches) {
    if (match.kind === 'tcp' || match.kind === 'udp') return port(match.dport?.ports.min ?? 53);
    if (match.kind === 'multiport') return port(match.ports[0]?.min ?? 53);
  }
  return port(53);
};

/** Says yes and no in turn to whatever a packet alone does not decide. */
const inTurn = (): Chance => {
  const seeded = seededChance(1);
  let last = false;
  return {
    choose(choice) {
      if (choice.kind === 'chance' && choice.probability >= 1) return true;
      last = !last;
      return last;
    },
    integer: (below) => seeded.integer(below),
  };
};

/** What these packets do not have. */
const notGiven = (what: string): boolean => what === 'the payload';

/** Each match and each target on its own, those that no packet reaches too. */
const unevaluated = (rule: Rule, packet: Packet): readonly string[] => {
  const context = world().context({ packet, family: packet.family, testSet: () => ({ kind: 'not-in' }) });
  const answers = rule.matches.map((match) => matchModule(match).evaluate(match, context, 'rule'));
  const outcomes = rule.target.kind === 'extension' ? [applyTarget(rule.target.target, context)] : [];
  return [...answers, ...outcomes].flatMap((answer) => (typeof answer === 'object' && answer.kind === 'not-modelled' && !notGiven(answer.what) ? [answer.what] : []));
};

describe.skipIf(!hasCorpora)('rule sets as people and programs wrote them (skipped without ../shared)', () => {
  it.each(accepted)('evaluates every rule of $file', ({ file, family, text }) => {
    const [src, dst] = ENDS[family];
    const packets = [udpPacket({ family, src, dst }), tcpPacket({ family, src, dst })];
    const rules = rulesOf(parseRuleSet(text, { file, family }));
    expect(rules.flatMap((rule) => packets.flatMap((packet) => unevaluated(rule, packet)))).toEqual([]);
  });

  it.each(accepted)('walks packets through $file', ({ file, family, text }) => {
    const ruleSet = parseRuleSet(text, { file, family });
    const rules = rulesOf(ruleSet);
    const host = hostWith(ruleSet, devicesOf(rules));
    const state: HostState = { ...newHostState('unknown'), sets: emptySets(text, family) };
    const chance = inTurn();
    const unanswered = some(rules, RULES_MAX)
      .flatMap((rule) => packetsFor(rule, family))
      .flatMap((packet) => {
        const { outcome } = run(host, state, flightFrom(host, packet, { kind: 'unknown' }), chance);
        return outcome.kind === 'not-modelled' ? [`${packet}: ${outcome.what}`] : [];
      });
    expect(unanswered).toEqual([]);
  });
});
