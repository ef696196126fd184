import { CaptureError, readCapture } from '@nodelocal/scenarios';
import { seededChance } from '@nodelocal/netfilter-sim';
import { expect, it } from 'vitest';
import { CLIENT, cooked2, ethernet, ipv4, octets, pcap, pcapng, query, tcp, u32, udp } from './build.ts';

const packet = ipv4(CLIENT, 17, udp(CLIENT, query(7)));
const frames = [packet, ipv4(CLIENT, 6, tcp(CLIENT, { flags: 24, sequence: 5, payload: query(8) })), ipv4(CLIENT, 1, octets([3, 3, 0, 0, 0, 0, 0, 0], packet))].map((ip, at) => ({ atMs: 1000 * at, ip }));
const SOUND = [
  pcap(1, frames.map(({ atMs, ip }) => ({ atMs, octets: ethernet(ip) }))),
  pcap(276, frames.map(({ atMs, ip }) => ({ atMs, octets: cooked2(ip, 0, 3) })), { isLittle: false, isNano: true }),
  pcapng(1, 'eth0', frames.map(({ atMs, ip }) => ({ atMs, octets: ethernet(ip) }))),
];

it.each([
  ['nothing', new Uint8Array(), 0, 'ends before'],
  ['a text', new TextEncoder().encode('no capture at all, just a text'), 0, 'neither pcap nor pcapng'],
  ['a packed file', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0), 0, 'compressed'],
  ['half a header', SOUND[0]?.subarray(0, 20) ?? new Uint8Array(), 20, 'within its header'],
  ['a packet of a gigabyte', octets(pcap(1, [], { isLittle: false }), u32(1), u32(1), u32(2 ** 30), u32(2 ** 30)), 32, 'packet 1 has 1073741824 octets'],
  ['a block of 7 octets', octets(pcapng(1, 'x', []), u32(6), u32(7), u32(7)), pcapng(1, 'x', []).length + 4, 'a block of 7 octets'],
  ['a packet of no interface', octets(pcapng(1, 'x', []), u32(6), u32(32), u32(5), u32(0), u32(0), u32(0), u32(0), u32(32)), pcapng(1, 'x', []).length + 8, 'interface 5'],
  ['a section without its byte order', octets(u32(0x0a0d0d0a), u32(16), u32(1), u32(16)), 8, 'byte order'],
])('says of %s where it is wrong', (_name, bytes, offset, reason) => {
  let thrown: unknown;
  try {
    readCapture('x.pcap', bytes);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(CaptureError);
  expect(thrown).toMatchObject({ file: 'x.pcap', offset });
  expect((thrown as CaptureError).message).toContain(reason);
});

it('reads whatever is done to a file, or says where it is wrong', () => {
  const chance = seededChance(5);
  const ends = { read: 0, wrong: 0 };
  for (let round = 0; round < 6000; round += 1) {
    const bytes = (SOUND[round % SOUND.length] ?? new Uint8Array()).slice(0, chance.integer(3) === 0 ? chance.integer(400) : undefined);
    for (let changes = 1 + chance.integer(4); changes > 0 && bytes.length > 0; changes -= 1) bytes[chance.integer(bytes.length)] = chance.integer(256);
    try {
      readCapture('x.pcap', bytes);
      ends.read += 1;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      expect(error.offset).toBeGreaterThanOrEqual(0);
      expect(error.offset).toBeLessThanOrEqual(bytes.length);
      ends.wrong += 1;
    }
  }
  expect(ends.read).toBeGreaterThan(500);
  expect(ends.wrong).toBeGreaterThan(500);
});
