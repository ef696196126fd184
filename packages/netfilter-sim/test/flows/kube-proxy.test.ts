import { address, arriving, explore, leaving, port, readNode, seededChance } from '@nodelocal/netfilter-sim';
import type { Flight, Host, HostState, Journey, Packet } from '@nodelocal/netfilter-sim';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listed } from '../../src/conntrack/table.ts';
import { PROTOCOL } from '../../src/packet/protocol.ts';
import { countedRules } from '../support/counted.ts';
import { sharedFolder } from '../support/shared.ts';

/** One packet of kube-proxy's own tests, and what became of it on Linux 6.18. */
interface FlowPacket {
  readonly name: string;
  readonly src: string;
  readonly dst: string;
  readonly dport: number;
  readonly proto: 'tcp' | 'sctp';
  readonly origin: 'pod' | 'external' | 'local';
  readonly expected:
    | { readonly kind: 'dnat'; readonly oneOf: readonly string[] }
    | { readonly kind: 'reject' | 'drop' | 'untouched' };
  readonly masq: boolean;
  /** Absent where the packet was not sent. */
  readonly kernel: {
    readonly legacy?: {
      readonly client: string;
      /** A connection was there afterwards. */
      readonly entry: boolean;
      readonly dnat?: string;
      readonly masq?: boolean;
      readonly hits: readonly (readonly [table: string, packets: number, rule: string])[];
    };
  };
}

interface Suite {
  readonly ruleset: string;
  readonly test: string;
  readonly line: number;
  readonly packets: readonly FlowPacket[];
}

const folder = `${sharedFolder}corpora/kube-proxy`;
const present = existsSync(folder);
const suites = present ? (JSON.parse(readFileSync(`${folder}/packet-flow-tests.json`, 'utf8')) as { readonly suites: readonly Suite[] }).suites : [];

const device = (ifindex: number, ifname: string, ...addresses: readonly string[]): object => ({
  ifindex,
  ifname,
  flags: ifname === 'lo' ? ['LOOPBACK', 'UP'] : ['UP'],
  addr_info: addresses.map((written) => {
    const [local = '', length = ''] = written.split('/');
    return { local, prefixlen: Number(length), scope: ifname === 'lo' ? 'host' : 'global' };
  }),
});

/**
 * The node that the recorder built: pods behind one device, everything else behind the other. What
 * listened on it was not recorded, and no answer of its own stack shows in what was counted.
 */
const NODE = {
  'ip-addr.json': JSON.stringify([device(1, 'lo', '127.0.0.1/8'), device(2, 'eth0', '192.168.0.2/24'), device(3, 'cali0', '169.254.1.1/30')]),
  'ip-route.json': JSON.stringify([
    { dst: 'default', gateway: '192.168.0.1', dev: 'eth0' },
    { dst: '192.168.0.0/24', dev: 'eth0', scope: 'link', prefsrc: '192.168.0.2' },
    { dst: '10.0.0.0/8', gateway: '169.254.1.2', dev: 'cali0' },
    { type: 'local', dst: '127.0.0.0/8', dev: 'lo', table: 'local', scope: 'host', prefsrc: '127.0.0.1' },
    { type: 'local', dst: '192.168.0.2', dev: 'eth0', table: 'local', scope: 'host', prefsrc: '192.168.0.2' },
    { type: 'local', dst: '169.254.1.1', dev: 'cali0', table: 'local', scope: 'host', prefsrc: '169.254.1.1' },
  ]),
  'sysctl.txt': 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.all.route_localnet = 1\n',
};

const SYN = { flags: 2, sequence: 1000, acknowledgement: 0, window: 64_240, options: { maximumSegmentSize: 1460 } } as const;

const packetOf = ({ src, dst, dport, proto }: FlowPacket): Packet => {
  const base = { family: 'ipv4', src: address(src), dst: address(dst), ttl: 64, tos: 0, payloadBytes: 0, sport: port(40_000), dport: port(dport) } as const;
  return proto === 'tcp' ? { kind: 'tcp', ...base, ...SYN } : { kind: 'ported', protocol: PROTOCOL.sctp, ...base };
};

const flightOf = (packet: FlowPacket): Flight => {
  if (packet.origin === 'local') return leaving(packetOf(packet), { origin: 'socket', owner: { kind: 'socket', uid: 0, gid: 0, supplementaryGids: [] } });
  return arriving(packetOf(packet), packet.origin === 'pod' ? 'cali0' : 'eth0');
};

interface Outcome {
  readonly kind: 'dnat' | 'reject' | 'drop' | 'untouched';
  readonly endpoint: string | undefined;
  readonly masqueraded: boolean;
  /** A connection is there afterwards. */
  readonly entry: boolean;
  readonly counted: readonly string[];
}

const kindOf = ({ outcome }: Journey, translated: boolean): Outcome['kind'] => {
  if (outcome.kind === 'dropped') return outcome.reason.kind === 'rejected' ? 'reject' : outcome.reason.kind === 'rule' ? 'drop' : 'untouched';
  return translated ? 'dnat' : 'untouched';
};

/** Outcomes of each packet, behind the ones that the recorder sent before it: chance as it fell there. */
const play = (rules: string, packets: readonly FlowPacket[]): readonly (readonly Outcome[])[] => {
  const { host, state: start } = readNode({ folder: 'recorder', contents: { ...NODE, 'iptables-save.txt': rules } });
  // What `-m recent` and its kin keep; connections were forgotten between two packets.
  let { memory } = start;
  return packets.map((packet) => {
    const { possibilities } = explore(host, { ...start, memory }, flightOf(packet), { ports: seededChance(1) });
    const outcomes = possibilities.map(({ journey, state }) => outcomeOf(packet, journey, host, state));
    const recorded = outcomes.findIndex(({ endpoint, counted }) => endpoint === packet.kernel.legacy?.dnat && isEqual(counted, hitsOf(packet)));
    memory = possibilities[recorded]?.state.memory ?? memory;
    return outcomes;
  });
};

const outcomeOf = (packet: FlowPacket, journey: Journey, host: Host, state: HostState): Outcome => {
  const went = journey.packet;
  const endpoint = 'dport' in went ? `${went.dst}:${went.dport}` : undefined;
  const changed = endpoint !== `${packet.dst}:${packet.dport}`;
  return {
    kind: kindOf(journey, changed),
    endpoint: changed ? endpoint : undefined,
    masqueraded: went.src !== packet.src,
    entry: listed(state.conntrack, state.now).length > 0,
    counted: countedRules(host, state),
  };
};

const hitsOf = ({ kernel }: FlowPacket): readonly string[] =>
  (kernel.legacy?.hits ?? []).map(([table, count, rule]) => `${table} ${count} ${rule}`).sort();

const isEqual = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((one, at) => one === b[at]);

/** A pod's own loopback device keeps it. */
const neverArrives = ({ origin, dst }: FlowPacket): boolean => origin === 'pod' && dst.startsWith('127.');

const sorted = (values: Iterable<string>): readonly string[] => [...new Set(values)].sort();

describe.skipIf(!present)('packets on kube-proxy rules (skipped without ../shared)', () => {
  describe.each(suites)('$test, line $line', ({ ruleset, packets }) => {
    const played = play(readFileSync(`${folder}/${ruleset}`, 'utf8'), packets);

    it.each(packets.map((packet, at) => ({ ...packet, outcomes: played[at] ?? [] })))('$name: $src to $dst:$dport', (packet) => {
      const { expected, kernel, outcomes } = packet;
      expect(sorted(outcomes.map(({ kind }) => kind))).toEqual([expected.kind]);
      if (expected.kind === 'dnat') {
        expect(sorted(outcomes.map(({ endpoint }) => endpoint ?? ''))).toEqual(sorted(expected.oneOf));
        expect(sorted(outcomes.map(({ masqueraded }) => String(masqueraded)))).toEqual([String(packet.masq)]);
      }
      if (kernel.legacy === undefined) return;
      if (neverArrives(packet)) {
        expect(kernel.legacy.hits).toEqual([]);
        return;
      }
      const same = outcomes.filter(({ endpoint }) => endpoint === kernel.legacy?.dnat);
      expect(sorted(same.map(({ entry }) => String(entry)))).toEqual([String(kernel.legacy.entry)]);
      expect(same.map(({ counted }) => counted)).toContainEqual(hitsOf(packet));
    });
  });
});
