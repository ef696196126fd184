import type { CaseDevices } from '../../../src/cases/run.ts';
import type { CaseHeaders, CasePacket } from '../../../src/cases/case.ts';
import { addressBits, addressFromBits, addressWidth } from '../../../src/packet/address.ts';
import type { Family } from '../../../src/packet/address.ts';
import { PROTOCOL } from '../../../src/packet/protocol.ts';
import type { AddressTest } from '../../../src/ruleset/iptables/values/rule-set.ts';
import { FROM } from '../generate/packets.ts';
import { CLIENT_PORTS, POOLS, PORTS } from '../generate/pools.ts';
import { flagLetters } from '../generate/resolve.ts';
import type { Random } from './random.ts';
import type { Want } from './want.ts';

/** A packet that is as wanted; what is not said is drawn from the addresses and ports of the other cases. */
export const aim = (want: Want, family: Family, devices: CaseDevices, random: Random): CasePacket => {
  const from = senderOf(want, devices, random);
  const src = addressIn(want.source, random, random.one(FROM[from][family]) ?? '', family);
  const dst = addressIn(want.destination, random, receiverOf(want, devices, random, family), family);
  return { from, src, dst, ...layer4(want, family, random) };
};

const PEERS = ['pod1', 'pod2', 'up'] as const;

const senderOf = ({ hook, inDevice }: Want, devices: CaseDevices, random: Random): CasePacket['from'] => {
  if (hook === 'OUTPUT' || inDevice === 'lo') return 'node';
  const named = PEERS.find((peer) => devices[peer] === inDevice);
  const any = hook === 'POSTROUTING' ? ([...PEERS, 'node'] as const) : PEERS;
  return named ?? random.one<CasePacket['from']>(any) ?? 'up';
};

const BEHIND: Readonly<Record<(typeof PEERS)[number], Readonly<Record<Family, string>>>> = {
  pod1: { ipv4: '10.244.1.5', ipv6: 'fd00:10:244:1::5' },
  pod2: { ipv4: '10.244.1.6', ipv6: 'fd00:10:244:1::6' },
  up: { ipv4: '10.244.2.7', ipv6: 'fd00:10:244:2::7' },
};

const receiverOf = ({ hook, outDevice }: Want, devices: CaseDevices, random: Random, family: Family): string => {
  const named = PEERS.find((peer) => devices[peer] === outDevice);
  if (named !== undefined) return BEHIND[named][family];
  const pool = hook === 'INPUT' || outDevice === 'lo' ? FROM.node[family] : POOLS[family].usual;
  return random.one(pool) ?? '';
};

/** One that the test takes; the usual one at times, and wherever the test is turned round. */
const addressIn = (test: AddressTest | undefined, random: Random, usual: string, family: Family): string => {
  if (test === undefined || test.inverted || test.mask === 0n || random.below(8) === 0) return usual;
  const whole = (1n << BigInt(addressWidth(family))) - 1n;
  const free = whole ^ test.mask;
  const drawn = BigInt(1 + random.below(250));
  return addressFromBits(family, (addressBits(test.address) & test.mask) | (drawn & free));
};

const layer4 = (want: Want, family: Family, random: Random): Omit<CaseHeaders, 'src' | 'dst'> => {
  const sport = want.sport ?? random.one(CLIENT_PORTS) ?? 0;
  const dport = want.dport ?? random.one(PORTS) ?? 0;
  const icmp = family === 'ipv4' ? 'icmp' : 'icmpv6';
  switch (want.protocol ?? random.one([PROTOCOL.udp, PROTOCOL.udp, PROTOCOL.tcp, PROTOCOL[icmp]]) ?? PROTOCOL.udp) {
    case PROTOCOL.tcp:
      return { proto: 'tcp', sport, dport, flags: flagLetters(want.flags ?? 0) || 'S', payload: 0, seq: 1000, ack: 0, window: 8192 };
    case PROTOCOL[icmp]: {
      const { type, code } = want.icmp ?? { type: family === 'ipv4' ? 8 : 128, code: 0 };
      return { proto: icmp, icmpType: type, icmpCode: code, icmpId: 1 + random.below(2) };
    }
    case PROTOCOL.udp:
      return { proto: 'udp', sport, dport };
    default:
      return { proto: '50', payload: 20 };
  }
};
