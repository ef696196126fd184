import { entryOf } from '../../conntrack/table.ts';
import type { Environment } from '../../flight/environment.ts';
import type { Flight } from '../../flight/flight.ts';
import type { HostState } from '../../host/host.ts';
import { testMembership } from '../../ruleset/ipset/evaluate/membership.ts';
import { changeByPacket } from '../../ruleset/ipset/evaluate/packet-change.ts';
import type { PacketView } from '../../ruleset/ipset/evaluate/packet-parts.ts';
import { notModelled } from '../../ruleset/shared/not-modelled.ts';
import type { NotModelled } from '../../ruleset/shared/not-modelled.ts';
import type { Change } from '../../ruleset/shared/outcome.ts';

type MapFromSet = Extract<Change, { kind: 'map-from-set' }>;

/** Makes a change that a target asked for; later rules see it at once. `view`: what sets see of the packet. */
export const applyChange = (
  { state }: Environment,
  flight: Flight,
  change: Change,
  view: PacketView,
): NotModelled | undefined => {
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
    case 'set-maximum-segment-size':
      setSegmentSize(flight, change.bytes);
      return undefined;
    case 'untrack':
      // xt_CT.c, 6.12: what was decided first stays.
      if (flight.conntrack.kind === 'none') flight.conntrack = { kind: 'untracked' };
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

/** What a host may expect of every other (RFC 9293 §3.7.1): more is not promised where nothing was said. */
const SEGMENT_SIZE_UNSAID = { ipv4: 536, ipv6: 1220 } as const;

/** xt_TCPMSS.c, 6.12: a SYN's option is lowered, never raised; where it is missing it is put in, if no data is behind. */
const setSegmentSize = (flight: Flight, bytes: number | 'clamp-to-path'): void => {
  const { packet } = flight;
  if (packet.kind !== 'tcp' || bytes === 'clamp-to-path') return;
  const { maximumSegmentSize } = packet.options;
  if (maximumSegmentSize === undefined && packet.payloadBytes > 0) return;
  const lowered = Math.min(bytes, maximumSegmentSize ?? SEGMENT_SIZE_UNSAID[packet.family]);
  flight.packet = { ...packet, options: { ...packet.options, maximumSegmentSize: lowered } };
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
