import { readCapture } from '@nodelocal/scenarios';
import type { CapturedPacket } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { CLIENT, cooked, cooked2, ethernet, ipv4, ipv6, octets, pcap, pcapng, query, tcp, u16, u32, udp, vlan } from './build.ts';

const AT_MS = 1_700_000_000_123.456;
const asked = query(7);
const packet = ipv4(CLIENT, 17, udp(CLIENT, asked));
const CLIENT6 = { src: '2001:db8::5', dst: '2001:db8::10', sport: 40_000, dport: 53 } as const;
const packet6 = ipv6(CLIENT6, 17, udp(CLIENT6, asked));

const one = (bytes: Uint8Array): CapturedPacket => {
  const { packets, cutAt } = readCapture('x.pcap', bytes);
  expect(packets).toHaveLength(1);
  expect(cutAt).toBeUndefined();
  return packets[0] as CapturedPacket;
};

it.each([
  ['Ethernet', 1, ethernet(packet), {}],
  ['Ethernet with a VLAN', 1, vlan(packet), {}],
  ['raw IP', 101, packet, {}],
  ['raw IPv4', 228, packet, {}],
  ['any, version 1', 113, cooked(packet, 0), { direction: 'in' }],
  ['any, version 1, on its way out', 113, cooked(packet, 4), { direction: 'out' }],
  ['any, version 2', 276, cooked2(packet, 4, 12), { direction: 'out', deviceIndex: 12 }],
])('reads a query behind %s', (_name, linkType, frame, place) => {
  const what = { kind: 'udp', from: { address: '10.244.1.5', port: 40_000 }, to: { address: '10.96.0.10', port: 53 }, payload: asked, isFirstFragment: false };
  const seen = { number: 1, atMs: AT_MS, checksum: 'right', isCut: false, what, ...place };
  expect(one(pcap(linkType, [{ atMs: AT_MS, octets: frame }]))).toMatchObject(seen);
});

it.each([
  ['little, microseconds', pcap(1, [{ atMs: AT_MS, octets: ethernet(packet) }])],
  ['big, microseconds', pcap(1, [{ atMs: AT_MS, octets: ethernet(packet) }], { isLittle: false })],
  ['little, nanoseconds', pcap(1, [{ atMs: AT_MS, octets: ethernet(packet) }], { isNano: true })],
  ['pcapng', pcapng(1, 'cali1', [{ atMs: AT_MS, octets: ethernet(packet) }])],
])('reads the time of a file that is %s', (_name, bytes) => {
  expect(one(bytes).atMs).toBeCloseTo(AT_MS, 3);
});

it("takes the device's name from pcapng", () => {
  expect(one(pcapng(1, 'cali1', [{ atMs: AT_MS, octets: ethernet(packet) }])).device).toBe('cali1');
});

it('reads IPv6, also behind headers of its own', () => {
  expect(one(pcap(229, [{ atMs: AT_MS, octets: packet6 }]))).toMatchObject({ checksum: 'right', what: { kind: 'udp', from: { address: '2001:db8::5', port: 40_000 } } });
  const behind = ipv6(CLIENT6, 0, octets([17, 0, 1, 4, 0, 0, 0, 0], udp(CLIENT6, asked)));
  expect(one(pcap(101, [{ atMs: AT_MS, octets: behind }]))).toMatchObject({ what: { kind: 'udp', payload: asked } });
});

it('says of fragments that they are some', () => {
  const first = ipv4(CLIENT, 17, udp(CLIENT, asked), { fragment: 0x2000 });
  const later = ipv4(CLIENT, 17, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), { fragment: 185 });
  expect(one(pcap(101, [{ atMs: AT_MS, octets: first }])).what).toMatchObject({ kind: 'udp', isFirstFragment: true });
  expect(one(pcap(101, [{ atMs: AT_MS, octets: later }])).what).toEqual({ kind: 'fragment', from: '10.244.1.5', to: '10.96.0.10', id: 7, offset: 1480 });
  const later6 = ipv6(CLIENT6, 44, octets([17, 0], u16(1480 | 1), u32(9), [1, 2, 3, 4]));
  expect(one(pcap(101, [{ atMs: AT_MS, octets: later6 }])).what).toEqual({ kind: 'fragment', from: '2001:db8::5', to: '2001:db8::10', id: 9, offset: 1480 });
});

it('reads TCP, and which packet an ICMP error is about', () => {
  expect(one(pcap(101, [{ atMs: AT_MS, octets: ipv4(CLIENT, 6, tcp(CLIENT, { flags: 2, sequence: 99 })) }]))).toMatchObject({ checksum: 'right', what: { kind: 'tcp', flags: 2, sequence: 99 } });
  const error = ipv4({ ...CLIENT, src: CLIENT.dst, dst: CLIENT.src }, 1, octets([3, 3, 0, 0, 0, 0, 0, 0], packet.subarray(0, 28)));
  const quoted = { protocol: 'udp', from: { address: '10.244.1.5', port: 40_000 }, to: { address: '10.96.0.10', port: 53 } };
  expect(one(pcap(101, [{ atMs: AT_MS, octets: error }])).what).toEqual({ kind: 'unreachable', from: '10.96.0.10', to: '10.244.1.5', why: 'port unreachable', quoted });
});

it('says which packets are cut, and which have another checksum', () => {
  expect(one(pcap(1, [{ atMs: AT_MS, octets: ethernet(packet), cutTo: 50 }]))).toMatchObject({ isCut: true, checksum: undefined });
  const spoiled = packet.slice();
  spoiled[30] = (spoiled[30] ?? 0) ^ 1;
  expect(one(pcap(101, [{ atMs: AT_MS, octets: spoiled }]))).toMatchObject({ checksum: 'other' });
});

it('says of a link that it does not read which one it is', () => {
  expect(one(pcap(105, [{ atMs: AT_MS, octets: packet }])).what).toEqual({ kind: 'other', what: 'a link of type 105, which is not read' });
});

it('gives what stands before the end of a file that was cut', () => {
  const bytes = pcap(101, [
    { atMs: AT_MS, octets: packet },
    { atMs: AT_MS, octets: packet },
  ]);
  const { packets, cutAt } = readCapture('x.pcap', bytes.subarray(0, -5));
  expect(packets).toHaveLength(1);
  expect(cutAt).toBe(24 + 16 + packet.length);
});
