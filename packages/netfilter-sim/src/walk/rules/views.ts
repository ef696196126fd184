import type { Tuple } from '../../conntrack/entry/tuple.ts';
import { DEFAULT_ZONE, entryOf, find } from '../../conntrack/table.ts';
import type { Environment } from '../../flight/environment.ts';
import type { Flight } from '../../flight/flight.ts';
import { otherPorts } from '../../host/host.ts';
import type { Host, HostState, Socket } from '../../host/host.ts';
import type { Packet } from '../../packet/packet.ts';
import { bridgeCalls } from '../../host/sysctl.ts';
import type { Hook } from '../../ruleset/shared/hooks.ts';
import type { ConntrackView, LocalSocket, PacketContext } from '../../ruleset/shared/context.ts';

/* What rules see of a host and of a packet under way, each part by itself. */

export const conntrackView = ({ state }: Environment, { conntrack }: Flight): ConntrackView => {
  switch (conntrack.kind) {
    case 'none':
    case 'blotted':
    case 'template':
      return { kind: 'none' };
    case 'untracked':
      return { kind: 'untracked' };
    case 'tracked': {
      const { info, direction } = conntrack;
      return { kind: 'tracked', info, direction, entry: entryOf(state.conntrack, conntrack.entry) };
    }
  }
};

export const clockNow = ({ wallClock, now }: HostState): PacketContext['wallClock'] =>
  wallClock === undefined ? undefined : { ...wallClock, utcSeconds: wallClock.utcSeconds + Math.floor(now / 1000) };

/** br_netfilter notes the ports of what came in by a bridge (`nf_bridge_info`), where it is on. */
export const bridgeView = (host: Host, { inDevice, bridgePort, bridged, packet }: Flight, hook: Hook): PacketContext['bridge'] => {
  const bridge = host.interfaces.find(({ name }) => name === inDevice);
  if (bridge?.link?.kind !== 'bridge') return undefined;
  const calls = bridgeCalls(bridge, host.sysctls, packet.family);
  if (calls === undefined && !bridged) return 'unknown';
  // Before the bridge has looked for it there is no outgoing port.
  if (calls === false) return undefined;
  return { inPort: bridgePort, outPort: bridged && hook !== 'PREROUTING' ? portTowards(host, inDevice, bridgePort, packet) : '' };
};

/** Of several other ports none is known to be that of the destination. */
const portTowards = (host: Host, bridge: string, port: string | undefined, { src, dst }: Packet): string | undefined => {
  if (src === dst) return port;
  const [other, ...more] = otherPorts(host, bridge, port);
  return more.length === 0 ? other?.name : undefined;
};

export const socketView = ({ sockets }: Host, socket: Socket | undefined): LocalSocket => {
  if (socket === undefined) return sockets === undefined ? { kind: 'unknown' } : { kind: 'none' };
  return { kind: 'socket', wildcard: socket.address === 'any', transparent: socket.transparent };
};

export const connectionState = ({ state }: Environment, tuple: Tuple, zone: number): 'open' | 'closed' | 'gone' => {
  const found = find(state.conntrack, tuple, { ...DEFAULT_ZONE, id: zone }, state.now);
  if (found === undefined) return 'gone';
  const { tracking } = found.entry;
  // already_closed, net/netfilter/nf_conncount.c, 6.12.
  return tracking.kind === 'tcp' && (tracking.state === 'TIME_WAIT' || tracking.state === 'CLOSE') ? 'closed' : 'open';
};
