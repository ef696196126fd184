import { InputError, parsePacket, printPacket, writePacket } from '@nodelocal/netfilter-sim';
import { packets } from '@nodelocal/netfilter-sim/fast-check';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PACKET_NOTATION } from '../../src/packet/notation-help.ts';

describe('the notation', () => {
  it.each([
    ['vpod1: udp 10.244.1.5:40000 > 10.96.0.10:53', { device: 'vpod1' }],
    ['local: tcp [fd00::1]:40000 > [fd00::a]:53 flags SA', 'local'],
    ['vpod1: tcp 10.0.0.1:1 > 10.0.0.2:2 flags SEW', { device: 'vpod1' }],
    ['eth0: icmp 10.0.0.1 > 10.0.0.2 type 8 code 0', { device: 'eth0' }],
    ['eth0: 47 10.0.0.1 > 10.0.0.2', { device: 'eth0' }],
  ])('reads and writes %s', (text, from) => {
    const written = parsePacket(text);
    expect(written.from).toEqual(from);
    expect(text.endsWith(`: ${printPacket(written.packet)}`)).toBe(true);
  });

  it.each([
    ['udp 10.0.0.1:1 > 10.0.0.2:2', 'this is no packet', 1],
    ['eth0: udp 10.0.0.1 > 10.0.0.2:2', 'expected ADDRESS:PORT, not 10.0.0.1', 11],
    ['eth0: udp 10.0.0.1:1 > 10.0.0.2:70000', 'expected ADDRESS:PORT, not 10.0.0.2:70000', 24],
    ['eth0: udp 10.0.0.1:1 > [fd00::1]:2', 'both addresses must be of one family', 24],
    ['eth0: udp 10.0.0.1:1 > 10.0.0.2:2 colour red', 'a packet has no colour', 35],
    ['eth0: tcp 10.0.0.1:1 > 10.0.0.2:2 flags SX', 'TCP flags are letters of FSRPAUEW, not X', 41],
    ['eth0: udp 10.0.0.1:1 > 10.0.0.2:2 ttl 300', 'ttl is a number from 0 to 255, not 300', 35],
  ])('says what is wrong with "%s"', (text, reason, column) => {
    expect(() => parsePacket(text)).toThrow(expect.objectContaining({ reason, position: { file: `packet "${text}"`, line: 1, column } }));
  });

  it('is what its help says', () => {
    const examples = [...PACKET_NOTATION.matchAll(/^ {2}"(.+)"$/gm)].map(([, text = '']) => text);
    expect(examples).toHaveLength(3);
    for (const text of examples) expect(parsePacket(text)).toBeDefined();
    const names = [...PACKET_NOTATION.matchAll(/\b([a-z]+) N\b/g)].map(([, name = '']) => name);
    expect(names).toEqual(['ttl', 'tos', 'payload', 'seq', 'ack', 'window', 'mss', 'wscale', 'type', 'code', 'id', 'mark', 'uid', 'gid']);
    const heads = ['eth0: tcp 10.0.0.1:1 > 10.0.0.2:2', 'eth0: icmp 10.0.0.1 > 10.0.0.2', 'local: udp 10.0.0.1:1 > 10.0.0.2:2'];
    const isRead = (text: string): boolean => {
      try {
        return parsePacket(text).packet !== undefined;
      } catch {
        return false;
      }
    };
    expect(names.filter((name) => !heads.some((head) => isRead(`${head} ${name} 5`)))).toEqual([]);
  });

  it('writes down every packet so that it is read again', () => {
    fc.assert(
      fc.property(packets(), (packet) => {
        expect(parsePacket(writePacket('eth0', packet))).toEqual({ from: { device: 'eth0' }, packet, socket: {} });
      }),
    );
  });

  it('says so of any other text too, and of nothing else than text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parsePacket(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});
