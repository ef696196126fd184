import * as fc from 'fast-check';
import { mostly, oneOf, weighted } from '../../../src/arbitraries/words.ts';
import type { CaseHeaders, CasePacket } from '../../../src/cases/case.ts';
import type { Family } from '../../../src/packet/address.ts';
import { socket } from './owners.ts';
import { anyAddress, CLIENT_PORTS, POOLS, PORTS } from './pools.ts';

/**
 * What is to be sent, in terms of what was sent before: an answer to a packet goes to where that packet
 * seemed to come from, which only its way tells. Left out: broken checksums. The protocol without ports is ESP: before it
 * rejects most others the kernel wants a right checksum in their payload (nf_reject_verify_csum).
 */
export type PacketPlan =
  | { readonly kind: 'fresh'; readonly packet: CasePacket }
  /** From whoever got the packet, or should have. */
  | { readonly kind: 'answer'; readonly to: number; readonly change: Change }
  /** Once more from the packet's sender. */
  | { readonly kind: 'next'; readonly after: number; readonly change: Change }
  /** An ICMP error about a packet, from who got it or from a router. */
  | { readonly kind: 'error'; readonly about: number; readonly error: number; readonly byRouter: boolean }
  | { readonly kind: 'wait'; readonly ms: number };

export interface Change {
  readonly flags: string;
  readonly payload: number;
  readonly ttl: number;
  readonly tos: number;
  /** How far sequence and acknowledgement numbers are off what would be right. */
  readonly sequenceSkew: number;
  readonly acknowledgementSkew: number;
  readonly window: number;
  /** What a SYN or SYN/ACK offers. */
  readonly mss: number | undefined;
}

export const FROM: Readonly<Record<CasePacket['from'], Readonly<Record<Family, readonly string[]>>>> = {
  pod1: { ipv4: ['10.244.1.5'], ipv6: ['fd00:10:244:1::5'] },
  pod2: { ipv4: ['10.244.1.6'], ipv6: ['fd00:10:244:1::6'] },
  up: { ipv4: ['10.244.2.7', '10.244.2.8', '203.0.113.9', '172.18.0.3'], ipv6: ['fd00:10:244:2::7', 'fd00:10:244:2::8', '2001:db8:203::9', 'fd00:172:18::3'] },
  node: { ipv4: ['172.18.0.2', '10.96.0.10', '169.254.20.10'], ipv6: ['fd00:172:18::2', 'fd00:10:96::a', 'fd00:169:254:20::a'] },
};

const ttl = mostly(64, 1, 2, 63, 255);
const tos = mostly(0, 0x10, 0x20, 0xb8, 1, 2);

type Layer4 = Omit<CaseHeaders, 'src' | 'dst' | 'ttl' | 'tos'>;

const segment: fc.Arbitrary<Layer4> = fc.record({
  proto: fc.constant('tcp'),
  sport: oneOf(...CLIENT_PORTS),
  dport: oneOf(...PORTS),
  flags: weighted([10, fc.constant('S')], [1, oneOf('A', 'SA', 'R', 'FA', 'PA', 'RA', 'F', 'SF', '', 'FPU', 'SU', 'SEW', 'AE', 'SAE')]),
  payload: mostly(0, 1, 100),
  seq: mostly(1000, 0, 4_294_967_290),
  ack: mostly(0, 1, 5001),
  window: mostly(8192, 0, 1, 65_535),
});

const layer4 = (family: Family): fc.Arbitrary<Layer4> =>
  weighted<Layer4>(
    [8, fc.record({ proto: fc.constant('udp'), sport: oneOf(...CLIENT_PORTS), dport: oneOf(...PORTS), payload: mostly(4, 0, 100) })],
    [6, segment],
    [
      2,
      fc.record({
        proto: fc.constant(family === 'ipv4' ? 'icmp' : 'icmpv6'),
        icmpType: family === 'ipv4' ? mostly(8, 0, 9, 13, 17, 40) : mostly(128, 100, 129, 139, 200),
        icmpCode: mostly(0, 1),
        icmpId: oneOf(1, 2),
        payload: mostly(4, 56),
      }),
    ],
    [1, fc.record({ proto: fc.constant('50'), payload: mostly(20, 60) })],
  );

const segmentSize = fc.option(oneOf(1460, 536), { nil: undefined, freq: 3 });

const fresh = (family: Family, above = layer4(family)): fc.Arbitrary<PacketPlan> =>
  weighted<CasePacket['from']>([5, fc.constant('pod1')], [4, fc.constant('pod2')], [4, fc.constant('up')], [4, fc.constant('node')]).chain((from) =>
    fc
      .record({
        src: weighted([12, oneOf(...FROM[from][family])], [1, anyAddress(family)]),
        dst: weighted(
          [16, oneOf(...POOLS[family].usual)],
          [2, anyAddress(family)],
          [1, oneOf(...POOLS[family].toMany)],
          ...(from === 'node' ? [] : ([[1, oneOf(...POOLS[family].strange)]] as const)),
        ),
        headers: above,
        ttl,
        tos,
        mss: segmentSize,
        by: from === 'node' ? socket : fc.constant(undefined),
      })
      .map(({ headers, mss, by, ...rest }) => ({
        kind: 'fresh' as const,
        packet: { from, ...rest, ...headers, ...(by === undefined ? {} : { socket: by }), ...(headers.flags === 'S' && mss !== undefined ? { mss } : {}) },
      })),
  );

const change = (flags: fc.Arbitrary<string>): fc.Arbitrary<Change> =>
  fc.record({
    flags,
    payload: mostly(0, 1, 100, 4),
    ttl,
    tos,
    sequenceSkew: mostly(0, 1, -1, 9000, -9000, 100_000, -100_000),
    acknowledgementSkew: mostly(0, 1, -1, 9000, 100_000, -100_000),
    window: mostly(8192, 0, 65_535),
    mss: segmentSize,
  });

const earlier = fc.nat({ max: 11 });

const answer: fc.Arbitrary<PacketPlan> = fc.record({ kind: fc.constant('answer' as const), to: earlier, change: change(mostly('SA', 'A', 'A', 'R', 'RA', 'FA', 'PA', 'S')) });
const next: fc.Arbitrary<PacketPlan> = fc.record({ kind: fc.constant('next' as const), after: earlier, change: change(mostly('A', 'PA', 'FA', 'FA', 'S', 'R', 'RA')) });

const plan = (family: Family): fc.Arbitrary<PacketPlan> =>
  weighted<PacketPlan>(
    [8, fresh(family)],
    [5, answer],
    [5, next],
    [2, fc.record({ kind: fc.constant('error' as const), about: earlier, error: fc.nat({ max: 4 }), byRouter: fc.boolean() })],
  );

/** Many segments of one connection, in and out of order. */
const conversation = (family: Family): fc.Arbitrary<readonly PacketPlan[]> =>
  fc.tuple(fresh(family, segment), fc.array(fc.oneof(answer, next), { minLength: 2, maxLength: 14 })).map(([first, more]) => [first, ...more]);

/** A few plain packets; seldom time passes, which costs as much as a hundred packets. */
export const packetPlans = (family: Family): fc.Arbitrary<readonly PacketPlan[]> =>
  weighted<readonly PacketPlan[]>(
    [50, fc.array(plan(family), { minLength: 1, maxLength: 10 })],
    [10, conversation(family)],
    [1, fc.array(weighted<PacketPlan>([6, plan(family)], [1, fc.record({ kind: fc.constant('wait' as const), ms: oneOf(1200, 2300) })]), { minLength: 1, maxLength: 8 })],
  );
