import { entryOf } from '../../conntrack/table.ts';
import type { Environment } from '../../flight/environment.ts';
import type { Flight } from '../../flight/flight.ts';
import type { Host, HostState } from '../../host/host.ts';
import { atLeast } from '../../kernel-version.ts';
import { tcpHeaderBytes } from '../../packet/packet.ts';
import type { Packet } from '../../packet/packet.ts';
import { pathSegmentSize } from '../../routing/segment-size.ts';
import { testMembership } from '../../ruleset/ipset/evaluate/membership.ts';
import { changeByPacket } from '../../ruleset/ipset/evaluate/packet-change.ts';
import type { PacketView } from '../../ruleset/ipset/evaluate/packet-parts.ts';
import { notModelled } from '../../ruleset/shared/not-modelled.ts';
import type { NotModelled } from '../../ruleset/shared/not-modelled.ts';
import type { Change } from '../../ruleset/shared/outcome.ts';
import { blankOptions, clearFlags } from './tcp-header.ts';

type MapFromSet = Extract<Change, { kind: 'map-from-set' }>;

/** Makes a change that a target asked for; later rules see it at once. `view`: what sets see of the packet. */
export const applyChange = (
  environment: Environment,
  flight: Flight,
  change: Change,
  view: PacketView,
): NotModelled | undefined => {
  const { state } = environment;
  switch (change.kind) {
    case 'set-mark':
      flight.mark = change.mark >>> 0;
      return undefined;
    case 'set-conntrack-mark':
      if (flight.conntrack.kind === 'tracked') {
        entryOf(state.conntrack, flight.conntrack.entry).mark = change.mark >>> 0;
      }
      return undefined;
    case 'set-ttl':
      flight.packet = { ...flight.packet, ttl: change.ttl };
      return undefined;
    case 'set-tos':
      flight.packet = { ...flight.packet, tos: change.tos };
      return undefined;
    case 'set-address':
      setAddress(environment.host, flight, change);
      return undefined;
    case 'clear-tcp-flags':
      clearFlags(flight, change.flags);
      return undefined;
    case 'blank-tcp-options':
      blankOptions(flight, change.numbers);
      return undefined;
    case 'set-maximum-segment-size':
      return setSegmentSize(environment, flight, change);
    case 'offload':
      offload(state, flight);
      return undefined;
    case 'set-helper':
      setHelper(state, flight, change.helper);
      return undefined;
    case 'untrack':
      // xt_CT.c, 6.12: what was decided first stays.
      if (flight.conntrack.kind === 'none' || (flight.conntrack.kind === 'blotted' && change.evenBlotted === true)) flight.conntrack = { kind: 'untracked' };
      return undefined;
    case 'template':
      return attachTemplate(flight, change);
    case 'trace':
      flight.traced = true;
      return undefined;
    case 'log':
      return undefined;
    case 'change-set':
      return changeByPacket(state.sets, change, view, state.now);
    case 'map-from-set':
      return mapFromSet(state, flight, change, view);
  }
};

/** `set_target_v3` (net/netfilter/xt_set.c, 6.12); priority and queue change nothing that is modelled. */
const mapFromSet = (
  state: HostState,
  flight: Flight,
  { set, dimensions, fields }: MapFromSet,
  view: PacketView,
): NotModelled | undefined => {
  const test = { set, dimensions, returnNomatch: false, updateCounters: true, updateSubcounters: true, counters: [] };
  const answer = testMembership(state.sets, test, view, state.now);
  switch (answer.kind) {
    case 'not-modelled':
      return answer;
    case 'no-such-set':
      return notModelled(`ipset ${set}, which was not given`);
    case 'not-in':
      return undefined;
    case 'in': {
      const { value, mask } = answer.skbInfo.mark;
      if (fields.includes('mark')) flight.mark = ((flight.mark & ~mask) ^ value) >>> 0;
      return undefined;
    }
  }
};

/**
 * Packets that errors quote are translated since 5.10 (`icmpv6_bounced_ipv6hdr`, net/ipv6/netfilter/ip6t_NPT.c), but for an
 * error that a raw socket wrote: the kernel does not know yet where its header ends (`rawv6_send_hdrinc`, net/ipv6/raw.c, 6.18).
 */
const setAddress = (host: Host, flight: Flight, { side, address, quoted }: Extract<Change, { kind: 'set-address' }>): void => {
  const packet: Packet = { ...flight.packet, [side]: address };
  const inner = packet.kind === 'icmp' || packet.kind === 'icmpv6' ? packet.inner : undefined;
  const isUnread = flight.origin === 'raw' && flight.inDevice === '';
  const reaches = quoted !== undefined && !isUnread && atLeast(host.kernelVersion, 5, 10);
  flight.packet = inner !== undefined && reaches ? ({ ...packet, inner: { ...inner, [side === 'src' ? 'dst' : 'src']: quoted } } as Packet) : packet;
};

/** What a host may expect of every other (RFC 9293 §3.7.1): more is not promised where nothing was said. */
const SEGMENT_SIZE_UNSAID = { ipv4: 536, ipv6: 1220 } as const;

/** Octets of a TCP header's options at most, and of this one (RFC 9293 §3.1, §3.2). */
const OPTIONS_HEADER_BYTES_MAX = 60;

/**
 * xt_TCPMSS.c and nft_exthdr.c, 6.12: the option is lowered, never raised; xt_TCPMSS puts in one that is missing, if no
 * data is behind it.
 */
const setSegmentSize = (
  environment: Environment,
  flight: Flight,
  { bytes, whereMissing }: Extract<Change, { kind: 'set-maximum-segment-size' }>,
): NotModelled | undefined => {
  const { packet } = flight;
  if (packet.kind !== 'tcp' || packet.fragment === 'later') return undefined;
  const wanted = bytes === 'clamp-to-path' ? sizeOfPath(environment.host, flight) : bytes;
  if (wanted === undefined) return notModelled('the MTU of the path');
  const { maximumSegmentSize } = packet.options;
  if (maximumSegmentSize === undefined) {
    const fits = packet.payloadBytes === 0 && tcpHeaderBytes(packet.options) < OPTIONS_HEADER_BYTES_MAX;
    if (whereMissing === 'left-out' || !fits) return undefined;
  }
  const lowered = Math.min(wanted, maximumSegmentSize ?? SEGMENT_SIZE_UNSAID[packet.family]);
  flight.packet = { ...packet, options: { ...packet.options, maximumSegmentSize: lowered } };
  return undefined;
};

const sizeOfPath = (host: Host, { packet, destination }: Flight): number | undefined =>
  destination === undefined ? undefined : pathSegmentSize(host, packet, destination)?.bytes;

const offload = ({ conntrack }: HostState, flight: Flight): void => {
  if (flight.conntrack.kind !== 'tracked') return;
  const { id, status, tracking } = entryOf(conntrack, flight.conntrack.entry);
  if (tracking.kind === 'tcp' && tracking.state !== 'ESTABLISHED') return;
  Object.assign(status, { offloaded: true });
  conntrack.offloaded.add(id);
};

/** nft_ct_helper_obj_eval (net/netfilter/nft_ct.c, 6.12): only the first packet of a connection can get one. */
const setHelper = ({ conntrack }: HostState, flight: Flight, helper: string): void => {
  if (flight.conntrack.kind !== 'tracked') return;
  const entry = entryOf(conntrack, flight.conntrack.entry);
  if (!entry.status.confirmed && entry.helper === undefined) Object.assign(entry, { helper });
};

const attachTemplate = (flight: Flight, change: Extract<Change, { kind: 'template' }>): NotModelled | undefined => {
  if (flight.conntrack.kind !== 'none') return undefined;
  if (change.timeoutPolicy !== undefined) {
    return { kind: 'not-modelled', what: `conntrack timeout policy ${change.timeoutPolicy}` };
  }
  const { zone } = change;
  flight.conntrack = {
    kind: 'template',
    zone: {
      id: zone === undefined ? 0 : zone.id === 'mark' ? flight.mark & 0xffff : zone.id,
      direction: zone?.direction ?? 'both',
    },
    ...(change.helper === undefined ? {} : { helper: change.helper }),
  };
  return undefined;
};
