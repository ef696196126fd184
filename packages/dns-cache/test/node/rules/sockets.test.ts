import { describe, expect, it } from 'vitest';
import { readBoundSockets, servedAddresses } from '../../../src/node/rules/sockets.ts';

const HEAD = '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n';
const TAIL = ' 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 30843 2 0000000000000000 0\n';

describe('sockets of /proc/net/udp', () => {
  it.each([
    ['IPv4', `${HEAD}  219: 0A00600A:0035${TAIL}`, '10.96.0.10', 53],
    ['IPv6', `${HEAD}  219: 000000FD00000000000000000A000000:0035${TAIL}`, 'fd00::a', 53],
    ['IPv4, of a machine of the other order', `${HEAD} 1: 0A60000A:0035${TAIL}`, '10.96.0.10', 53],
    ['all addresses', `${HEAD} 1: 00000000:14E9${TAIL}`, '0.0.0.0', 5353],
  ])('are read: %s', (_, text, address, port) => {
    const [socket] = readBoundSockets(text);
    expect(socket?.port).toBe(port);
    expect(socket?.addresses).toContain(address);
  });

  it('serve an address with all its ports, but not each address', () => {
    const sockets = readBoundSockets(`${HEAD} 1: 6300600A:0035${TAIL} 2: 00000000:0035${TAIL} 3: 6200600A:1F90${TAIL}`);
    const places = ['10.96.0.99', '10.96.0.98', '10.96.0.97'].map((address) => ({ address, port: 53 }));
    expect(servedAddresses(sockets, [...places, { address: '10.96.0.99', port: 8080 }])).toEqual(new Set(['10.96.0.99']));
  });

  it('are none in what is no such text', () => {
    expect(readBoundSockets('')).toEqual([]);
    expect(readBoundSockets(`${HEAD}nonsense\n 12: XYZ:0035 `)).toEqual([]);
  });
});
