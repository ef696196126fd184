import { PROTOCOL } from '@nodelocal/netfilter-sim';
import type { Address } from '@nodelocal/netfilter-sim';
import { readIp } from './ip.ts';
import type { IpReading } from './ip.ts';
import { octetsOf } from './octets.ts';
import type { CapturedEnd, Content, Quoted } from './packet.ts';

/** What an IP packet carries. */
export const readContent = (ip: IpReading): Content => {
  const { src, dst, protocol, payload, fragment } = ip;
  if (fragment?.part === 'later') return { kind: 'fragment', from: src, to: dst, id: fragment.id, offset: fragment.offset };
  const octets = octetsOf(payload);
  const ports = (): { readonly from: CapturedEnd; readonly to: CapturedEnd } => ({
    from: { address: src, port: octets.u16(0) },
    to: { address: dst, port: octets.u16(2) },
  });
  switch (protocol) {
    case PROTOCOL.udp:
      if (payload.length < 8) return { kind: 'other', what: 'UDP, cut within its header' };
      return { kind: 'udp', ...ports(), payload: octets.part(8, payload.length), isFirstFragment: fragment !== undefined };
    case PROTOCOL.tcp: {
      const header = payload.length < 20 ? 0 : (octets.u8(12) >> 4) * 4;
      if (header < 20 || header > payload.length) return { kind: 'other', what: 'TCP, cut within its header' };
      const segment = { flags: octets.u8(13) & 0x3f, sequence: octets.u32(4), acknowledgement: octets.u32(8), payload: octets.part(header, payload.length) };
      return { kind: 'tcp', ...ports(), ...segment };
    }
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6:
      return readIcmp(ip, protocol === PROTOCOL.icmp ? UNREACHABLE : UNREACHABLE_6);
    default:
      return { kind: 'other', what: `protocol ${protocol}` };
  }
};

interface Unreachable {
  readonly type: number;
  readonly codes: Readonly<Record<number, string>>;
}

/** RFC 792 and 1812, and RFC 4443 §3.1. */
const UNREACHABLE: Unreachable = {
  type: 3,
  codes: { 0: 'net unreachable', 1: 'host unreachable', 2: 'protocol unreachable', 3: 'port unreachable', 4: 'fragmentation needed', 10: 'host prohibited', 13: 'prohibited' },
};
const UNREACHABLE_6: Unreachable = {
  type: 1,
  codes: { 0: 'no route', 1: 'prohibited', 3: 'address unreachable', 4: 'port unreachable', 5: 'prohibited', 6: 'rejected' },
};

const readIcmp = ({ src, dst, payload }: IpReading, { type, codes }: Unreachable): Content => {
  const octets = octetsOf(payload);
  if (payload.length < 8 || octets.u8(0) !== type) return { kind: 'other', what: 'ICMP' };
  const code = octets.u8(1);
  return { kind: 'unreachable', from: src, to: dst, why: codes[code] ?? `unreachable (code ${code})`, quoted: readQuoted(octets.part(8, payload.length)) };
};

const readQuoted = (bytes: Uint8Array): Quoted | undefined => {
  const inner = readIp(bytes);
  if (inner.kind === 'other' || inner.payload.length < 4) return undefined;
  const protocol = inner.protocol === PROTOCOL.udp ? 'udp' : inner.protocol === PROTOCOL.tcp ? 'tcp' : undefined;
  const octets = octetsOf(inner.payload);
  const end = (address: Address, at: number): CapturedEnd => ({ address, port: octets.u16(at) });
  return protocol && { protocol, from: end(inner.src, 0), to: end(inner.dst, 2) };
};
