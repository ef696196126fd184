import { describe, expect, it } from 'vitest';
import { createAddressReader, encodeSocketAddress } from '../../src/loop/socket-address.ts';
import { systemCalls } from '../../src/loop/system-calls.ts';
import { answersBursts } from './burst.ts';

const note = systemCalls() === undefined ? ' (skipped: no koffi for this machine, or DNS_CACHE_LOOP=off)' : '';

describe.skipIf(note !== '')(`many datagrams by one system call${note}`, () => {
  answersBursts();
});

describe('addresses as the kernel has them', () => {
  const read = createAddressReader((index) => (index === 7 ? 'eth7' : 'other'));

  it.each(['10.244.1.5', '255.255.255.255', '::1', '2001:db8::53', 'fd00::a:0:0:1'])('%s comes back as it was', (address) => {
    const octets = new Uint8Array(40);
    octets.set(encodeSocketAddress({ address, port: 40_000 }) ?? [], 8);
    expect(read(new DataView(octets.buffer), 8)).toEqual({ address, port: 40_000 });
  });

  it('a link-local address has its interface', () => {
    const octets = new Uint8Array(28);
    octets.set(encodeSocketAddress({ address: 'fe80::1', port: 53 }) ?? []);
    octets[24] = 7;
    expect(read(new DataView(octets.buffer), 0)).toEqual({ address: 'fe80::1%eth7', port: 53 });
    expect(encodeSocketAddress({ address: 'fe80::1%eth7', port: 53 })).toBeUndefined();
  });

  it('keeps no more texts than it may', () => {
    const octets = encodeSocketAddress({ address: '10.0.0.0', port: 1 }) ?? new Uint8Array(16);
    const view = new DataView(octets.buffer);
    for (let host = 0; host < 10_000; host += 1) {
      view.setUint32(4, 0x0a000000 + host);
      expect(read(view, 0).address).toBe(`10.0.${host >> 8}.${host & 255}`);
    }
  });
});
