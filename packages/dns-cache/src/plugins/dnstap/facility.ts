import { endpointText } from '../../address.ts';
import type { DnstapFacility, TapSocket } from '../../plugin/facility.ts';
import type { DnstapLine } from './setup.ts';

export const socketText = (socket: TapSocket): string => (socket.kind === 'unix' ? socket.path : `${socket.kind}://${endpointText(socket.endpoint)}`);

/** What the process is to keep open; lines that say the same of it share it, whatever they tell. */
export const facilityOf = ({ way, socket, bufferOctets, queueMessages, verifies, identity, position }: DnstapLine): DnstapFacility => {
  const files = identity && [identity.certificate.text, identity.key.text, identity.authorities?.text];
  const sink = JSON.stringify([way, socketText(socket), bufferOctets, queueMessages, verifies, files]);
  return { kind: 'dnstap', sink, way, socket, bufferOctets, queueMessages, verifies, identity, position };
};
