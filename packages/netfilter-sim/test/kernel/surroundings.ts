import { SOCKETS } from '../../src/cases/run.ts';
import type { Surroundings } from '../../src/cases/run.ts';
import type { Socket } from '../../src/host/host.ts';
import { address } from '../../src/packet/address.ts';
import type { Address, Family } from '../../src/packet/address.ts';
import { port } from '../../src/packet/port.ts';

const LOOPBACK: Readonly<Record<Family, Address>> = { ipv4: address('127.0.0.1'), ipv6: address('::1') };

/** Those of helper/proxies.py. */
const PROXIES: readonly Socket[] = (['ipv4', 'ipv6'] as const).flatMap((family) =>
  (['udp', 'tcp'] as const).flatMap((protocol) => [
    { protocol, family, address: 'any' as const, port: port(12_345), transparent: true },
    { protocol, family, address: LOOPBACK[family], port: port(12_346), transparent: true },
    { protocol, family, address: 'any' as const, port: port(12_347), transparent: false },
  ]),
);

const OPEN_SOCKETS: readonly Socket[] = [...SOCKETS.map((socket) => ({ ...socket, transparent: false })), ...PROXIES];

const frameFrom = (peer: number) => ({ sourceMac: `02:00:00:00:01:0${peer}`, packetType: 'unicast' }) as const;

/** What helper/links.py and helper/world.py make of the nodes. */
export const SURROUNDINGS: Surroundings = {
  sockets: OPEN_SOCKETS,
  frames: { pod1: frameFrom(1), pod2: frameFrom(2), up: frameFrom(3) },
};
