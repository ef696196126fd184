import { address, arriving, atMs, explore, kernelLines, leaving, port, printTable, readNode } from '@nodelocal/netfilter-sim';
import type { Host, HostState, Journey, NodeSnapshot, Packet, Possibility, Registrant } from '@nodelocal/netfilter-sim';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nftCounterKey } from '../../src/walk/rules/counters.ts';

/** What is to happen: a packet is sent, the packet that another became is answered, or time passes. */
export type LiveEvent =
  | SentPacket
  | { readonly answers: number }
  /** Milliseconds. */
  | { readonly wait: number };

/** A packet as the helper writes and reads it. */
interface WirePacket {
  readonly protocol: string;
  readonly src: string;
  readonly dst: string;
  readonly ttl?: number;
  readonly tos?: number;
  readonly sport?: number;
  readonly dport?: number;
  readonly flags?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly icmpId?: number;
  readonly payload?: number;
}

export interface SentPacket extends WirePacket {
  readonly from: 'pod1' | 'pod2' | 'up' | 'node';
}

interface PlayedEvent {
  readonly sent: SentPacket | null;
  /** Since the first. */
  readonly atMs: number;
  readonly seen: readonly (readonly [place: string, packet: WirePacket])[];
}

export interface KernelReport {
  readonly snapshot: NodeSnapshot['contents'];
  /** `nft -a list ruleset`. */
  readonly listing: string;
  readonly events: readonly PlayedEvent[];
  /** `nft monitor trace`. */
  readonly trace: readonly string[];
  /** `nft -j list ruleset`, when all is over. */
  readonly after: string;
  readonly conntrack: readonly string[];
}

const helper = fileURLToPath(new URL('helper/world.py', import.meta.url));

export interface LiveRules {
  /** As `nft -f` reads them. */
  readonly rules: string;
  /** As `iptables-legacy-restore` does. */
  readonly iptables?: string;
  /** Which of them are loaded first; iptables where nothing is said. */
  readonly first?: Registrant;
}

/** Plays the events on the kernel at hand, in namespaces of their own. */
export const askKernel = (rules: LiveRules, events: readonly LiveEvent[]): KernelReport => {
  const { stdout, stderr, status } = spawnSync('python3', [helper], {
    input: JSON.stringify({ ...rules, events }),
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (status !== 0) throw new Error(`the helper failed: ${stderr}`);
  return JSON.parse(stdout) as KernelReport;
};

/** The kernel at hand can be asked. */
export const canAskKernel = (): boolean => {
  if (process.getuid?.() !== 0) return false;
  const tools = [
    ['nft', '--version'],
    ['iptables-legacy', '--version'],
    ['conntrack', '--version'],
    ['python3', '--version'],
    ['unshare', '-n', 'nft', 'add', 'table', 'ip', 'probe'],
  ];
  return tools.every(([tool = '', ...words]) => spawnSync(tool, words).status === 0);
};

const DEVICES = { pod1: 'vpod1', pod2: 'vpod2', up: 'eth0' } as const;
const ROOT = { kind: 'socket', uid: 0, gid: 0, supplementaryGids: [] } as const;
const PAYLOAD_BYTES = 4;
/** Ports that masquerading may draw begin here (nf_nat_core.c, 6.12). */
const DRAWN_FROM = 1024;

const toPacket = (of: WirePacket): Packet => {
  const family = of.src.includes(':') ? 'ipv6' : 'ipv4';
  const base = {
    family,
    src: address(of.src),
    dst: address(of.dst),
    ttl: of.ttl ?? 64,
    tos: of.tos ?? 0,
    payloadBytes: of.payload ?? PAYLOAD_BYTES,
  } as const;
  const ends = { sport: port(of.sport ?? 0), dport: port(of.dport ?? 0) };
  switch (of.protocol) {
    case 'udp':
      return { kind: 'udp', ...base, ...ends };
    case 'tcp':
      return {
        kind: 'tcp',
        ...base,
        ...ends,
        flags: of.flags ?? 0,
        sequence: 1000,
        acknowledgement: 0,
        window: 8192,
        options: {},
      };
    case 'icmp':
    case 'icmpv6':
      return {
        kind: of.protocol,
        ...base,
        icmpType: of.icmpType ?? 0,
        icmpCode: of.icmpCode ?? 0,
        icmpId: of.icmpId ?? 0,
      };
    default:
      throw new Error(`no protocol of the test: ${of.protocol}`);
  }
};

const write = (place: string, packet: WirePacket): string => {
  const ends =
    packet.sport === undefined
      ? `${packet.src} > ${packet.dst}`
      : `${packet.src}:${packet.sport} > ${packet.dst}:${packet.dport}`;
  const more =
    packet.flags === undefined
      ? packet.icmpType === undefined
        ? ''
        : ` type ${packet.icmpType} code ${packet.icmpCode}`
      : ` flags ${packet.flags}`;
  return `${place}: ${packet.protocol} ${ends}${more} ttl ${packet.ttl} tos ${packet.tos}`;
};

const toWire = (packet: Packet): WirePacket => {
  const { src, dst, ttl, tos } = packet;
  const base = { src, dst, ttl, tos };
  switch (packet.kind) {
    case 'udp':
      return { protocol: 'udp', ...base, sport: packet.sport, dport: packet.dport };
    case 'tcp':
      return { protocol: 'tcp', ...base, sport: packet.sport, dport: packet.dport, flags: packet.flags };
    case 'icmp':
    case 'icmpv6':
      return { protocol: packet.kind, ...base, icmpType: packet.icmpType, icmpCode: packet.icmpCode };
    case 'ported':
    case 'other':
      return { protocol: packet.kind, ...base };
  }
};

/** Where a packet and those that it set off were seen. */
const sightings = (journey: Journey): readonly string[] => {
  const { outcome, packet, answers } = journey;
  const own =
    outcome.kind === 'forwarded' || outcome.kind === 'sent'
      ? [write(outcome.device, toWire(packet))]
      : outcome.kind === 'delivered'
        ? [write('local', toWire(packet))]
        : outcome.kind === 'not-modelled'
          ? [`not modelled: ${outcome.what}`]
          : [];
  return [...own, ...answers.flatMap(sightings)].sort();
};

const linesOf = (journey: Journey): readonly string[] => [
  ...kernelLines(journey.trace),
  ...journey.answers.flatMap(linesOf),
];

export interface ModelReport {
  readonly seen: readonly (readonly string[])[];
  readonly trace: readonly (readonly string[])[];
  readonly state: HostState;
  readonly host: Host;
}

/**
 * Walks the same packets through the model. Where chance decides, the way that the kernel took must
 * be one of those that the model can take; it is followed, with the port that the kernel drew.
 */
export const askModel = ({ snapshot, events }: KernelReport, registeredFirst: Registrant = 'iptables'): ModelReport => {
  const node = readNode({ folder: 'live', contents: snapshot }, { registeredFirst });
  const { host } = node;
  let { state } = node;
  const seen: (readonly string[])[] = [];
  const trace: (readonly string[])[] = [];
  for (const event of events) {
    const { sent } = event;
    if (sent === null) {
      seen.push([]);
      trace.push([]);
      continue;
    }
    state = { ...state, now: atMs(event.atMs) };
    const packet = toPacket(sent);
    const flight =
      sent.from === 'node' ? leaving(packet, { origin: 'raw', owner: ROOT }) : arriving(packet, DEVICES[sent.from]);
    const drawn = event.seen.map(([, found]) => found.sport).find((found) => found !== undefined) ?? DRAWN_FROM;
    const { possibilities } = explore(host, state, flight, {
      ports: { integer: (below) => (drawn - DRAWN_FROM + below) % below },
    });
    const wanted = seenBy(event).join('\n');
    const taken: Possibility | undefined =
      possibilities.find(({ journey }) => sightings(journey).join('\n') === wanted) ?? possibilities[0];
    if (taken === undefined) throw new Error('a packet has at least one way');
    seen.push(sightings(taken.journey));
    trace.push(linesOf(taken.journey));
    state = taken.state;
  }
  return { seen, trace, state, host };
};

export const seenBy = ({ seen }: PlayedEvent): readonly string[] =>
  seen.map(([place, packet]) => write(place, packet)).sort();

/** The lines of `nft monitor trace` without what the model does not know: hardware, ids, and the node's own multicast. */
export const kernelTrace = ({ trace }: KernelReport): readonly string[] => {
  const idOf = (line: string): string => /^trace id (\w+) /.exec(line)?.[1] ?? '';
  const noise = new Set(trace.filter((line) => line.includes(' ip6 daddr ff02:')).map(idOf));
  return trace.filter((line) => !noise.has(idOf(line))).map(traceLine);
};

const traceLine = (line: string): string =>
  line
    .replace(/^trace id \w+ /, 'trace ')
    .replaceAll(
      / ether [sd]addr \S+| ip id \d+| ip6 flowlabel \d+| @(?:th|ll|nh),\S+ 0x\w+| icmp sequence \d+| icmpv6 parameter-problem \d+| icmp gateway \d+/g,
      '',
    )
    .trimEnd();

/** A line of `conntrack -L` without its time. */
export const entryLine = (line: string): string =>
  line
    .replace(/^(\w+\s+\d+) \d+/, '$1')
    .replace(/ use=\d+/, '')
    .trim();

export const modelEntries = ({ state }: ModelReport): readonly string[] =>
  printTable(state.conntrack, state.now).map(entryLine).sort();

interface ListedRule {
  readonly family: 'ip' | 'ip6' | 'inet';
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
  readonly expr: readonly { readonly counter?: Counter | string }[];
}

interface Counter {
  readonly packets: number;
  readonly bytes: number;
}

interface ListedCounter extends Counter {
  readonly family: 'ip' | 'ip6' | 'inet';
  readonly table: string;
  readonly name: string;
}

interface ListedObject {
  readonly rule?: ListedRule;
  readonly counter?: ListedCounter;
}

/** Counters of rules, and those that have names. */
const countersOf = (dump: string): readonly (readonly [key: string, counter: Counter])[] =>
  (JSON.parse(dump) as { readonly nftables: readonly ListedObject[] }).nftables.flatMap(({ rule, counter }) => [
    ...(counter === undefined ? [] : [[nftCounterKey(counter), counter] as const]),
    ...(rule?.expr ?? []).flatMap((statement) =>
      rule === undefined || typeof statement.counter !== 'object'
        ? []
        : [[nftCounterKey(rule), statement.counter] as const],
    ),
  ]);

const written = ({ packets, bytes }: Counter): string => `${packets} packets ${bytes} bytes`;

/** What each counter came to. */
export const kernelCounters = ({ after }: KernelReport): Readonly<Record<string, string>> =>
  Object.fromEntries(countersOf(after).map(([key, counter]) => [key, written(counter)]));

export const modelCounters = ({ state }: ModelReport, { after }: KernelReport): Readonly<Record<string, string>> =>
  Object.fromEntries(
    countersOf(after).map(([key]) => [key, written(state.counters.get(key) ?? { packets: 0, bytes: 0 })]),
  );

/** The rules of `nft -a list ruleset`, by handle inside their table and chain. */
export const listedRules = (listing: string): ReadonlyMap<string, string> => {
  const rules = new Map<string, string>();
  let [table, chain] = ['', ''];
  for (const line of listing.split('\n')) {
    table = /^table (\S+ \S+) \{/.exec(line)?.[1] ?? table;
    chain = /^\tchain (\S+) \{/.exec(line)?.[1] ?? chain;
    const [, text, handle] = /^\t\t(.*) # handle (\d+)$/.exec(line) ?? [];
    if (text !== undefined) rules.set(`${table} ${chain} handle ${handle}`, text);
  }
  return rules;
};
