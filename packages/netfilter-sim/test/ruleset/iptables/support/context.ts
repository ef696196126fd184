import { address, atMs, parseRuleSet, port, ruleMatches } from '@nodelocal/netfilter-sim';
import type {
  Choice,
  ConntrackView,
  EntryView,
  Family,
  Hook,
  MatchResult,
  PacketContext,
  Rule,
  Status,
  TableName,
  TcpPacket,
  UdpPacket,
} from '@nodelocal/netfilter-sim';

/** A packet of the lesson: a pod asks the cluster's DNS service. */
export const udpPacket = (changes: Partial<UdpPacket> = {}): UdpPacket => ({
  kind: 'udp',
  family: 'ipv4',
  src: address('10.244.1.5'),
  dst: address('10.96.0.10'),
  ttl: 64,
  tos: 0,
  payloadBytes: 4,
  sport: port(40000),
  dport: port(53),
  ...changes,
});

export const tcpPacket = (changes: Partial<TcpPacket> = {}): TcpPacket => ({
  kind: 'tcp',
  family: 'ipv4',
  src: address('10.244.1.5'),
  dst: address('10.96.0.10'),
  ttl: 64,
  tos: 0,
  payloadBytes: 0,
  sport: port(40000),
  dport: port(53),
  flags: 2,
  sequence: 1,
  acknowledgement: 0,
  window: 64240,
  options: { maximumSegmentSize: 1460 },
  ...changes,
});

const STATUS: Status = {
  expected: false,
  seenReply: false,
  assured: false,
  confirmed: true,
  sourceNat: false,
  destinationNat: false,
  sourceNatDone: false,
  destinationNatDone: false,
  dying: false,
  fixedTimeout: false,
  natClash: false,
  offloaded: false,
};

/** The connection of `udpPacket`, translated to an endpoint. */
export const entry = (changes: Partial<Omit<EntryView, 'status'>> & { readonly status?: Partial<Status> } = {}): EntryView => ({
  original: { kind: 'ports', protocol: 17, src: address('10.244.1.5'), dst: address('10.96.0.10'), sport: port(40000), dport: port(53) },
  reply: { kind: 'ports', protocol: 17, src: address('10.244.2.7'), dst: address('10.244.1.5'), sport: port(5353), dport: port(40000) },
  mark: 0,
  labels: [],
  zone: 0,
  expiresAt: atMs(30_000),
  ...changes,
  status: { ...STATUS, destinationNat: true, ...changes.status },
});

export const tracked = (
  info: 'new' | 'established' | 'related',
  changes: Parameters<typeof entry>[0] = {},
  direction: 'original' | 'reply' = 'original',
): ConntrackView => ({ kind: 'tracked', info, direction, entry: entry(changes) });

const NO_SKB_INFO = { mark: { value: 0, mask: 0 }, priority: { major: 0, minor: 0 }, queue: 0 };

export interface World {
  readonly context: (changes?: Partial<PacketContext>) => PacketContext;
  readonly asked: readonly Choice[];
}

/** A host with one memory; every question of chance is noted and answered with `chance`. */
export const world = (chance = true): World => {
  const memories = new Map<string, object>();
  const asked: Choice[] = [];
  const context = (changes: Partial<PacketContext> = {}): PacketContext => ({
    family: changes.packet?.family ?? 'ipv4',
    table: 'filter',
    hook: 'FORWARD',
    packet: udpPacket(),
    inDevice: 'vpod1',
    outDevice: 'eth0',
    mark: 0,
    conntrack: { kind: 'none' },
    owner: { kind: 'no-socket' },
    now: atMs(0),
    addressType: (of) => (of === address('10.96.0.10') ? 'LOCAL' : 'UNICAST'),
    reversePath: () => false,
    deviceGroup: (device) => (device === 'eth0' ? 7 : undefined),
    realms: () => 0x30007,
    connectionLabel: (label) => label === 5,
    fibType: () => 'UNICAST',
    fibDevice: () => '',
    testSet: ({ set }) => (set === 'dns' ? { kind: 'in', skbInfo: NO_SKB_INFO } : { kind: set === 'empty' ? 'not-in' : 'no-such-set' }),
    localSocket: () => ({ kind: 'none' }),
    assignSocket: () => false,
    pathSegmentSize: () => ({ bytes: 1460, mtu: 1500 }),
    connectionState: () => 'open',
    memory: <State extends object>(key: string, initial: () => State): State => {
      const known = memories.get(key) ?? initial();
      memories.set(key, known);
      return known as State;
    },
    forgot: () => false,
    choose: (choice) => {
      asked.push(choice);
      return chance;
    },
    draw: () => 0,
    peek: () => ({ answer: (look) => look(), leaveOpen() {} }),
    ...changes,
  });
  return { context, asked };
};

/** What a rule says of a packet; where it would ask what nobody told, that. */
export const verdictOf = (rule: Rule, changes: Partial<PacketContext> = {}): MatchResult => {
  const { context, asked } = world();
  const result = ruleMatches(rule, context(changes), 'rule');
  const unknown = asked.find(({ kind }) => kind === 'unknown');
  return unknown === undefined ? result : { kind: 'not-modelled', what: unknown.what };
};

export interface RulePlace {
  readonly family?: Family;
  readonly table?: TableName;
  readonly chain?: Hook | 'T1';
}

/** The rule that the text after `-A CHAIN` says. */
export const ruleOf = (text: string, { family = 'ipv4', table = 'filter', chain = 'T1' }: RulePlace = {}): Rule => {
  const ruleSet = parseRuleSet(`*${table}\n:T1 - [0:0]\n-A ${chain} ${text}\nCOMMIT\n`, { file: 'rule', family });
  const rule = ruleSet.tables.get(table)?.chains.get(chain)?.rules[0];
  if (rule === undefined) throw new Error(`no rule: ${text}`);
  return rule;
};

