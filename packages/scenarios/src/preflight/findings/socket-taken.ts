import { familyOf } from '@nodelocal/netfilter-sim';
import type { Address, Host, Socket } from '@nodelocal/netfilter-sim';
import type { PreflightPlan } from '../node/plan.ts';

/** Somebody listens where the cache would. */
export type SocketTaken = Taken & {
  readonly protocol: 'udp' | 'tcp';
  readonly address: Address;
  /** 1 to 65535. */
  readonly port: number;
};

type Taken =
  | { readonly kind: 'socket-taken'; readonly by: Address | 'any' }
  /** On the very address, on the very link: two caches share a port only where both set SO_REUSEPORT, which no file tells. */
  | { readonly kind: 'cache-there' };

export const findSocketTaken = (host: Host, plan: PreflightPlan): readonly SocketTaken[] => {
  const { addresses, dnsPort, healthPort } = plan;
  const [first] = addresses;
  const wanted = [
    ...addresses.flatMap((address) => (['udp', 'tcp'] as const).map((protocol) => ({ protocol, address, port: dnsPort }))),
    ...(first === undefined ? [] : [{ protocol: 'tcp' as const, address: first, port: healthPort }]),
  ];
  return wanted.flatMap((one) => {
    const found = (host.sockets ?? []).find((socket) => clashes(socket, one));
    return found === undefined ? [] : [{ ...whose(host, plan.device, found), ...one }];
  });
};

const clashes = ({ protocol, family, address, port }: Socket, wanted: Pick<SocketTaken, 'protocol' | 'address' | 'port'>): boolean =>
  protocol === wanted.protocol && port === wanted.port && (address === wanted.address || (address === 'any' && family === familyOf(wanted.address)));

const whose = ({ interfaces }: Host, device: string, { address }: Socket): Taken => {
  const link = interfaces.find(({ name }) => name === device);
  return link?.addresses.some((own) => own.address === address) === true ? { kind: 'cache-there' } : { kind: 'socket-taken', by: address };
};
