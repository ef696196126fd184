import { UDP_PAYLOAD_MIN, UDP_PAYLOAD_WITHOUT_EDNS } from '../message/opt.ts';
import type { Request } from './handler.ts';

/** plugin/pkg/edns/edns.go, Size: TCP has room for all, UDP for 512 octets at least. */
export const bufferSize = ({ query, transport }: Pick<Request, 'query' | 'transport'>): number => {
  if (transport === 'tcp') return 65535;
  return query.edns === undefined ? UDP_PAYLOAD_WITHOUT_EDNS : Math.max(query.edns.udpPayloadSize, UDP_PAYLOAD_MIN);
};
