import { InputError } from '../error.ts';
import { interfaceNamed } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { packetPosition, parsePacket } from '../packet/notation.ts';
import type { WrittenSocket } from '../packet/notation.ts';
import type { OwnerView } from '../ruleset/shared/context.ts';
import { arriving, leaving } from './flight.ts';
import type { Flight } from './flight.ts';

/**
 * A packet in the notation of `parsePacket`, at the beginning of its way through a host. Every rule on
 * it is traced, whether or not the rule set itself asks for TRACE.
 * @throws InputError for a text that is no packet, or a device that the host does not have.
 */
export const flightFrom = (host: Host, text: string, owner: OwnerView): Flight => {
  const { from, packet, socket } = parsePacket(text);
  if (from !== 'local' && interfaceNamed(host, from.device) === undefined) {
    const known = host.interfaces.map(({ name }) => name).join(', ');
    throw new InputError(packetPosition(text, 1), `the node has no device ${from.device}`, `it has ${known}, and local`);
  }
  const flight =
    from === 'local'
      ? leaving(packet, { origin: 'socket', owner: ownerOf(socket, owner), ...(socket.mark === undefined ? {} : { mark: socket.mark }) })
      : arriving(packet, from.device);
  flight.traced = true;
  return flight;
};

/** Who is written down goes before who is taken for granted; a group alone does not make an owner. */
const ownerOf = ({ uid, gid }: WrittenSocket, otherwise: OwnerView): OwnerView => {
  if (uid === undefined && gid === undefined) return otherwise;
  const known = otherwise.kind === 'socket' ? otherwise : undefined;
  return {
    kind: 'socket',
    uid: uid ?? known?.uid,
    gid: gid ?? known?.gid,
    supplementaryGids: known?.supplementaryGids,
  };
};
