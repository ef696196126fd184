import type { PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { BREAK, number } from './value.ts';
import type { Value } from './value.ts';

/** The socket that would take the packet (net/netfilter/nft_socket.c, 6.12); without one the rule ends. */
export const evaluateSocket = (key: 'transparent' | 'wildcard' | 'mark', seen: PacketContext): Value => {
  const found = seen.localSocket();
  switch (found.kind) {
    case 'unknown':
      return notModelled('which sockets are open');
    case 'none':
      return BREAK;
    case 'socket': {
      const fact = { transparent: found.transparent, wildcard: found.wildcard, mark: undefined }[key];
      return fact === undefined ? notModelled(`the ${key} option of a socket`) : number(fact ? 1 : 0);
    }
  }
};
