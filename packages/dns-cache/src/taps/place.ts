import { endpointText } from '../address.ts';
import type { DnstapFacility } from '../plugin/facility.ts';

export const socketPlace = ({ socket }: DnstapFacility): string => (socket.kind === 'unix' ? socket.path : endpointText(socket.endpoint));

/** Says which of several sockets it is about. */
export const withPlace = (reason: string, facility: DnstapFacility): string => {
  const place = socketPlace(facility);
  return reason.includes(place) ? reason : `${reason} (${place})`;
};
