import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Family, Packet } from '@nodelocal/netfilter-sim';
import { toPacket } from '../../nftables/live/packet.ts';
import type { WirePacket } from '../../nftables/live/packet.ts';

const script = fileURLToPath(new URL('send_raw.py', import.meta.url));
const helper = fileURLToPath(new URL('../../../kernel/helper/', import.meta.url));

const ask = (family: Family, rules: readonly string[], packets: readonly WirePacket[], together: boolean): unknown => {
  const input = JSON.stringify({ family, rules, packets, together, helper });
  const { stdout, stderr, status } = spawnSync('unshare', ['--net', 'python3', script], { input, encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`the helper failed: ${stderr}`);
  return JSON.parse(stdout);
};

/** For each packet of the host itself, which of these rules of mangle OUTPUT held. */
export const askKernel = (family: Family, rules: readonly string[], packets: readonly WirePacket[]): readonly (readonly boolean[])[] =>
  ask(family, rules, packets, false) as readonly (readonly boolean[])[];

/** How many of the packets, one right behind the other, each of the rules counted. */
export const askCounts = (family: Family, rules: readonly string[], packets: readonly WirePacket[]): readonly number[] =>
  ask(family, rules, packets, true) as readonly number[];

/** Whether the kernel has the modules of these rules. */
export const canAskKernel = (family: Family, rules: readonly string[]): boolean => {
  if (process.getuid?.() !== 0) return false;
  const tool = family === 'ipv4' ? 'iptables-legacy-restore' : 'ip6tables-legacy-restore';
  const input = `*mangle\n${rules.map((rule) => `-A OUTPUT ${rule}\n`).join('')}COMMIT\n`;
  return spawnSync('unshare', ['--net', tool], { input, encoding: 'utf8', timeout: 20_000 }).status === 0;
};

/** The same packet for the model, with the payload that the helper gives it. */
export const asSent = (wire: WirePacket): Packet => {
  const packet = toPacket(wire);
  return { ...packet, payload: new Uint8Array(packet.payloadBytes).fill('a'.charCodeAt(0)) };
};

const UDP = { protocol: 'udp', payload: 11 } as const;
const TCP = { protocol: 'tcp', payload: 3 } as const;

/** Packets of each kind, over loopback. */
export const PACKETS: Readonly<Record<Family, readonly WirePacket[]>> = {
  ipv4: [
    { ...UDP, src: '127.0.0.1', dst: '127.0.0.2', sport: 4001, dport: 53 },
    { ...UDP, src: '127.0.3.1', dst: '127.0.0.2', sport: 65535, dport: 1, payload: 0 },
    { ...TCP, src: '127.0.0.7', dst: '127.0.0.9', sport: 80, dport: 40000, flags: 2 },
    { ...TCP, src: '127.0.0.1', dst: '127.1.0.1', sport: 4002, dport: 443, flags: 0xc2 },
    { protocol: 'icmp', src: '127.0.0.1', dst: '127.0.0.5', icmpType: 8, icmpCode: 0, icmpId: 77 },
  ],
  ipv6: [
    { ...UDP, src: '::1', dst: 'fd00::1', sport: 4001, dport: 53 },
    { ...TCP, src: 'fd00::1', dst: '::1', sport: 80, dport: 40000, flags: 2 },
    { protocol: 'icmpv6', src: 'fd00::1', dst: '::1', icmpType: 128, icmpCode: 0, icmpId: 77 },
  ],
};
