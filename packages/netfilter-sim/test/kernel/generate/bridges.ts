import * as fc from 'fast-check';
import type { RulePlan } from '../../../src/arbitraries/chains.ts';
import { oneOf } from '../../../src/arbitraries/words.ts';
import type { Case, CaseEvent } from '../../../src/cases/case.ts';
import type { Family } from '../../../src/packet/address.ts';
import { NODES } from '../nodes.ts';
import type { NodeName } from '../nodes.ts';
import { FROM } from './packets.ts';
import { POOLS } from './pools.ts';

/** Nodes whose pods are behind ports of a bridge. */
export const BRIDGED: readonly NodeName[] = ['bridged', 'hairpin', 'isolated'];

export const ROUTED = (Object.keys(NODES) as NodeName[]).filter((name) => !BRIDGED.includes(name));

/** Whether rules see what the bridge switches. */
export const bridgeSettings: fc.Arbitrary<Readonly<Record<string, string>>> = fc.record({
  'net.bridge.bridge-nf-call-iptables': oneOf('1', '0'),
  'net.bridge.bridge-nf-call-ip6tables': oneOf('1', '0'),
});

/** Rules that give packets of pods to pods: the bridge sends them back. */
export const services = (family: Family): fc.Arbitrary<readonly RulePlan[]> =>
  fc.array(
    fc
      .tuple(oneOf('-i br0', '-i br0', `-d ${POOLS[family].usual[7]}`, `! -s ${POOLS[family].usual[0]}`), oneOf('-p udp', '-p tcp', ''), oneOf(...FROM.pod1[family], ...FROM.pod2[family]))
      .map(([test, protocol, pod]) => ({ table: 'nat', chain: 'PREROUTING', text: [test, protocol, '-j DNAT --to-destination', pod].filter((word) => word !== '').join(' ') })),
    { maxLength: 2 },
  );

/**
 * Packets that pods on one network send: from their own address, to others. With another one the bridge and the model
 * would look for the sender in different places.
 */
export const onBridge = (of: Case): Case => (BRIDGED.includes(of.node as NodeName) ? { ...of, events: of.events.filter((event) => isUsual(event, of)) } : of);

const isUsual = (event: CaseEvent, { family }: Case): boolean => {
  if (event.kind !== 'send') return true;
  const { from, src, dst } = event.packet;
  return (from !== 'pod1' && from !== 'pod2') || (FROM[from][family].includes(src) && dst !== src);
};

const PORTS: Readonly<Record<string, string>> = Object.fromEntries(
  (['pod1', 'pod2'] as const).flatMap((pod) => [...FROM[pod].ipv4, ...FROM[pod].ipv6].map((address) => [address, `v${pod}`])),
);

/** Where a packet that leaves by a bridge is seen: behind the port of whom it is for. */
export const seenBehind = (device: string, dst: string): string => (device === 'br0' ? (PORTS[dst] ?? device) : device);
