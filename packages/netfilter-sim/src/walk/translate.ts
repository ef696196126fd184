import type { Entry } from '../conntrack/entry/entry.ts';
import { entryOf, remove } from '../conntrack/table.ts';
import { isIcmpError } from '../conntrack/track.ts';
import { SCOPE } from '../fib/route.ts';
import type { Environment } from '../flight/environment.ts';
import type { Attachment, Flight } from '../flight/flight.ts';
import type { HookFunction } from '../hooks/order.ts';
import { tableAt } from '../hooks/schedule.ts';
import type { NatFunction } from '../hooks/schedule.ts';
import { interfaceNamed } from '../host/host.ts';
import { addressesOf, selectSource } from '../host/interface.ts';
import type { InterfaceAddress } from '../host/interface.ts';
import { bind } from '../nat/binding.ts';
import { rangeOf } from '../nat/range.ts';
import type { Manip, NatRange } from '../nat/range.ts';
import { rewrite, rewriteError } from '../nat/rewrite.ts';
import { addressBits, addressFromBits, addressWidth, familyOf, loopbackAddress } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';
import { narrowScope, selectSourceIpv6 } from '../routing/source-ipv6.ts';
import type { Hook } from '../ruleset/shared/hooks.ts';
import type { DropReason } from '../trace/disposition.ts';
import type { FieldChange } from '../trace/step.ts';
import { runTable } from './rules/iptables.ts';
import { runBaseChain } from './rules/nftables.ts';
import type { TableVerdict, Translation } from './rules/verdict.ts';

type Tracked = Extract<Attachment, { kind: 'tracked' }>;

/** Which side each hook may translate (HOOK2MANIP). */
const MANIP_AT: Readonly<Record<Hook, Manip>> = {
  PREROUTING: 'destination',
  OUTPUT: 'destination',
  INPUT: 'source',
  POSTROUTING: 'source',
  FORWARD: 'source',
};

/** What the nat hook says; anything but `accept` ends the packet, or holds it. */
export type NatVerdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'dropped'; readonly reason: DropReason }
  | { readonly kind: 'table'; readonly verdict: TableVerdict };

const ACCEPT: NatVerdict = { kind: 'accept' };

/** `nf_nat_inet_fn` (nf_nat_core.c, 6.12), with the functions that decide, first to last. */
export const runNat = (environment: Environment, flight: Flight, functions: readonly NatFunction[], hook: Hook): NatVerdict => {
  const { conntrack, packet } = flight;
  const skip = (reason: 'untracked' | 'invalid' | 'already-decided'): void => {
    environment.trace.push({ kind: 'skipped', hook, what: 'nat', reason });
  };
  if (conntrack.kind !== 'tracked') {
    skip(conntrack.kind === 'untracked' ? 'untracked' : 'invalid');
    return ACCEPT;
  }
  const manip = MANIP_AT[hook];
  const entry = entryOf(environment.state.conntrack, conntrack.entry);
  if (conntrack.info === 'related' && isIcmpError(packet)) {
    const error = rewriteError(packet, entry, manip, conntrack.direction);
    if (error.kind === 'drop') return { kind: 'dropped', reason: { kind: 'icmp-redirect-of-translated' } };
    put(environment, flight, { hook, manip, packet: error.packet, drawn: false });
    return ACCEPT;
  }
  const decided = manip === 'source' ? entry.status.sourceNatDone : entry.status.destinationNatDone;
  if (conntrack.info === 'established' || decided) {
    skip('already-decided');
    if (masqueradesElsewhere(flight, conntrack, entry, hook)) {
      remove(environment.state.conntrack, entry);
      return { kind: 'dropped', reason: { kind: 'masquerade-device-changed' } };
    }
    put(environment, flight, { hook, manip, packet: rewrite(packet, entry, manip, conntrack.direction), drawn: drawnBy(entry, conntrack, manip) });
    return ACCEPT;
  }

  const verdict = decideBy(environment, flight, functions);
  const bound = decide(environment, flight, { hook, manip, entry, verdict });
  if (bound.kind !== 'bound') return bound;
  const drawn = drawnBy(entry, conntrack, manip);
  put(environment, flight, { hook, manip, packet: rewrite(flight.packet, entry, manip, conntrack.direction), drawn });
  return ACCEPT;
};

/** The first function that translates, or ends the packet's way, is the last to be asked. */
const decideBy = (environment: Environment, flight: Flight, functions: readonly NatFunction[]): TableVerdict => {
  for (const one of functions) {
    const verdict = one.runs === 'nftables' ? runBaseChain(environment, flight, one) : runNatTable(environment, flight, one);
    if (verdict.kind !== 'accept') return verdict;
  }
  return { kind: 'accept' };
};

const runNatTable = (environment: Environment, flight: Flight, one: HookFunction): TableVerdict => {
  const table = tableAt(environment.host, flight.packet.family, one);
  return table === undefined ? { kind: 'accept' } : runTable(environment, flight, table, one.hook);
};

/** Whether the source port that the packet now gets came from chance. */
const drawnBy = (entry: Entry, { direction }: Tracked, manip: Manip): boolean =>
  entry.portDrawn && manip === 'source' && direction === 'original';

/** `nf_nat_oif_changed`: a masqueraded connection must not leave by another device. */
const masqueradesElsewhere = (flight: Flight, { direction }: Tracked, entry: Entry, hook: Hook): boolean =>
  hook === 'POSTROUTING' &&
  direction === 'original' &&
  entry.masqueradeDevice !== undefined &&
  entry.masqueradeDevice !== flight.outDevice;

interface Decision {
  readonly hook: Hook;
  readonly manip: Manip;
  readonly entry: Entry;
  readonly verdict: TableVerdict;
}

type Decided = { readonly kind: 'bound' } | Exclude<NatVerdict, { kind: 'accept' }>;

const decide = (environment: Environment, flight: Flight, { hook, manip, entry, verdict }: Decision): Decided => {
  const bindTo = (range: NatRange): Decided => {
    const { host, state, chance } = environment;
    const request = { state: state.conntrack, entry, manip, range, now: state.now, version: host.kernelVersion, chance };
    bind(request);
    return { kind: 'bound' };
  };
  if (verdict.kind === 'accept') return bindTo(rangeOf(ownAddress(entry, manip)));
  if (verdict.kind !== 'translate') return { kind: 'table', verdict };
  const range = rangeFor(environment, flight, { hook, manip, entry, translation: verdict.outcome });
  switch (range.kind) {
    case 'range':
      return bindTo(range.range);
    case 'keep':
      return bindTo(rangeOf(ownAddress(entry, manip)));
    case 'none':
      return { kind: 'dropped', reason: range.reason };
  }
};

/** The null binding keeps the address; a source port may still move out of another flow's way. */
const ownAddress = (entry: Entry, manip: Manip): Address => (manip === 'source' ? entry.reply.dst : entry.reply.src);

type Range =
  | { readonly kind: 'range'; readonly range: NatRange }
  | { readonly kind: 'keep' }
  | { readonly kind: 'none'; readonly reason: DropReason };

const rangeFor = (
  environment: Environment,
  flight: Flight,
  { hook, manip, entry, translation }: Omit<Decision, 'verdict'> & { readonly translation: Translation },
): Range => {
  switch (translation.kind) {
    case 'translate':
      return { kind: 'range', range: translation.range };
    case 'map-network': {
      const { packet } = flight;
      const width = BigInt(addressWidth(packet.family));
      const host = addressBits(manip === 'source' ? packet.src : packet.dst) & ~translation.mask & ((1n << width) - 1n);
      const address = addressFromBits(packet.family, addressBits(translation.address) | host);
      return { kind: 'range', range: rangeOf(address) };
    }
    case 'masquerade':
      return masquerade(environment, flight, entry, translation.range);
    case 'redirect':
      return redirect(environment, flight, hook, translation.range);
  }
};

/** `nf_nat_masquerade_ipv4` and `_ipv6` (nf_nat_masquerade.c, 6.12). */
const masquerade = ({ host }: Environment, flight: Flight, entry: Entry, range: NatRange): Range => {
  const { packet, outDevice } = flight;
  // The host's own packets without a source are not for masquerading.
  if (packet.family === 'ipv4' && entry.original.src === '0.0.0.0') return { kind: 'keep' };
  const address =
    packet.family === 'ipv4'
      ? selectSource(host.interfaces, outDevice, neighbourOf(flight), SCOPE.universe)
      : selectSourceIpv6(host.interfaces, { device: outDevice, destination: packet.dst });
  if (address === undefined) return { kind: 'none', reason: { kind: 'no-address-to-masquerade' } };
  entry.masqueradeDevice = flight.outDevice;
  return { kind: 'range', range: { ...range, addresses: { min: address, max: address } } };
};

/** `rt_nexthop` (include/net/route.h, 6.12): a gateway of the other family is none. */
const neighbourOf = ({ packet, destination }: Flight): Address =>
  destination !== undefined && familyOf(destination.nextHop) === packet.family ? destination.nextHop : packet.dst;

/**
 * `nf_nat_redirect_ipv4` and `_ipv6` (nf_nat_redirect.c, 6.12): to the loopback address, or to the
 * first one of the input device, which in IPv6 must be of the destination's scope if that has a narrow one.
 */
const redirect = ({ host }: Environment, flight: Flight, hook: Hook, range: NatRange): Range => {
  const { family, dst } = flight.packet;
  const device = interfaceNamed(host, flight.inDevice);
  const usable = ({ address, tentative }: InterfaceAddress): boolean =>
    tentative !== true && (family === 'ipv4' || narrowScope(dst) === 'none' || narrowScope(address) === narrowScope(dst));
  const first = device === undefined ? undefined : addressesOf(device, family).find(usable)?.address;
  const address = hook === 'OUTPUT' ? loopbackAddress(family) : first;
  if (address === undefined) return { kind: 'none', reason: { kind: 'no-address-to-redirect' } };
  return { kind: 'range', range: { ...range, addresses: { min: address, max: address } } };
};

interface Put {
  readonly hook: Hook;
  readonly manip: Manip;
  readonly packet: Packet;
  readonly drawn: boolean;
}

const put = (environment: Environment, flight: Flight, { hook, manip, packet, drawn }: Put): void => {
  if (packet === flight.packet) return;
  const changes = difference(flight.packet, packet);
  if (changes.length > 0) environment.trace.push({ kind: 'translated', hook, manip, changes, drawn });
  flight.packet = packet;
};

const fieldsOf = (packet: Packet): Readonly<Partial<Record<FieldChange['field'], string>>> => {
  const addresses = { src: packet.src as string, dst: packet.dst as string };
  switch (packet.kind) {
    case 'udp':
    case 'tcp':
    case 'ported':
      return { ...addresses, sport: String(packet.sport), dport: String(packet.dport) };
    case 'icmp':
    case 'icmpv6':
      return {
        ...addresses,
        'icmp-id': String(packet.icmpId),
        ...(packet.inner === undefined ? {} : { 'quoted packet': describeEnds(packet.inner) }),
      };
    case 'other':
      return addresses;
  }
};

const describeEnds = (packet: Packet): string => {
  const { src, sport, dst, dport } = fieldsOf(packet);
  return `${src}:${sport ?? ''} > ${dst}:${dport ?? ''}`;
};

const FIELDS: readonly FieldChange['field'][] = ['src', 'sport', 'dst', 'dport', 'icmp-id', 'quoted packet'];

const difference = (before: Packet, after: Packet): readonly FieldChange[] => {
  const from = fieldsOf(before);
  const to = fieldsOf(after);
  return FIELDS.flatMap((field) => {
    const was = from[field];
    const is = to[field];
    return was === undefined || is === undefined || was === is ? [] : [{ field, from: was, to: is }];
  });
};
