import { familyOf } from '@nodelocal/netfilter-sim';
import type { Address, Socket } from '@nodelocal/netfilter-sim';
import { RESTART_CACHE } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import { isOnNode } from '../scene/links.ts';
import type { Scene } from '../scene/scene.ts';

/** Link and rules lead queries here, and nobody is there: what a cache that was killed leaves behind. */
export interface NotListening {
  readonly kind: 'not-listening';
  readonly sockets: readonly WantedSocket[];
  /** A cache that does not even answer for its health is started anew by the kubelet; one that lacks a socket is not. */
  readonly isGone: boolean;
  readonly harm: 'unanswered';
  readonly mend: readonly Command[];
}

/** A socket that should be there. */
export interface WantedSocket {
  readonly protocol: 'udp' | 'tcp';
  readonly address: Address;
  /** 1 to 65535. */
  readonly port: number;
}

export const findNotListening = ({ node: { host }, addresses, plan }: Scene): readonly NotListening[] => {
  const { sockets } = host;
  if (sockets === undefined) return [];
  const [first] = addresses;
  const served = addresses.filter((address) => isOnNode(host, address));
  const wanted: readonly WantedSocket[] = [
    ...served.flatMap((address) => (['udp', 'tcp'] as const).map((protocol) => ({ protocol, address, port: plan.dnsPort }))),
    ...(first === undefined || !served.includes(first) ? [] : [{ protocol: 'tcp' as const, address: first, port: plan.healthPort }]),
  ];
  const missing = wanted.filter((one) => !sockets.some((socket) => takes(socket, one)));
  return missing.length === 0 ? [] : [{ kind: 'not-listening', sockets: missing, isGone: missing.length === wanted.length, harm: 'unanswered', mend: [RESTART_CACHE] }];
};

/** Of the sockets for every address `ss` does not tell whether one for IPv6 takes IPv4 too; the reader knows of both. */
const takes = ({ protocol, family, address, port }: Socket, wanted: WantedSocket): boolean =>
  protocol === wanted.protocol && port === wanted.port && (address === wanted.address || (address === 'any' && family === familyOf(wanted.address)));
