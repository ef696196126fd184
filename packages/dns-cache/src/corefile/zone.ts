import { readIp, readPort, reverseLabels } from '../address.ts';
import { foldedText, foldName, readNameText } from '../message/name.ts';
import type { Position } from './error.ts';
import { CorefileError } from './error.ts';
import type { Token } from './lexer.ts';

/** A zone, for people and for comparing. */
export interface Zone {
  /** Lower case, with a final dot. */
  readonly text: string;
  /** One character per wire octet, see `foldName`. */
  readonly folded: string;
}

/** What is spoken where a zone is served: DNS over UDP and TCP, or over TLS (RFC 7858). */
export type Scheme = 'dns' | 'tls';

/** One thing that a server block serves. */
export interface ZoneKey {
  readonly zone: Zone;
  readonly scheme: Scheme;
  /** 1 to 65535; `undefined` where the Corefile does not say it. */
  readonly port: number | undefined;
  readonly position: Position;
}

const zoneOf = (folded: string): Zone => ({ text: foldedText(folded), folded });

export const ROOT_ZONE: Zone = zoneOf('\0');

/**
 * The reverse zones of a network: one where the prefix ends between labels, else one for each label that it covers
 * (CoreDNS plugin/pkg/cidr).
 */
const reverseZones = (address: string, bits: number): readonly string[] | undefined => {
  const labels = reverseLabels(address);
  // CoreDNS takes none that begins with a colon (plugin/normalize.go, SplitHostPort).
  if (labels === undefined || /^(?::|0.*:)/.test(address)) return undefined;
  const ipv4 = labels.length === 4;
  const width = ipv4 ? 8 : 4;
  if (bits > labels.length * width) return undefined;
  const suffix = ipv4 ? 'in-addr.arpa.' : 'ip6.arpa.';
  const whole = Math.floor(bits / width);
  const spelled = (count: number, last: readonly string[]): string =>
    [...last, ...labels.slice(0, count).toReversed(), suffix].join('.');
  if (bits % width === 0) return [spelled(whole, [])];
  const covered = 2 ** (width - (bits % width));
  const radix = ipv4 ? 10 : 16;
  const value = Number.parseInt(labels[whole] ?? '0', radix);
  const first = value - (value % covered);
  return Array.from({ length: covered }, (_, index) => spelled(whole, [(first + index).toString(radix)]));
};

/** The zones that a word names: a domain, or a network in CIDR form. */
const zonesOf = (token: Token, text: string): readonly Zone[] => {
  const [address = '', bits = '', ...more] = text.split('/');
  if (more.length === 0 && /^\d{1,3}$/.test(bits) && readIp(address) !== undefined) {
    const zones = reverseZones(address, Number(bits));
    if (zones === undefined) throw new CorefileError(token, `invalid CIDR address: ${text}`);
    return zones.flatMap((zone) => zoneOf(foldName(readNameText(zone) ?? Uint8Array.of(0))));
  }
  const name = readNameText(text);
  if (name === undefined) {
    throw new CorefileError(token, `not a domain name: '${text}'`, 'labels have 1 to 63 octets, a name at most 255');
  }
  return [zoneOf(foldName(name))];
};

/** The schemes of CoreDNS that we do not serve yet. */
const LATER_SCHEMES: ReadonlySet<string> = new Set(['quic', 'grpc', 'https', 'https3']);

const splitScheme = (token: Token): { readonly scheme: Scheme; readonly text: string } => {
  const [, written, rest = ''] = /^([a-z0-9]+):\/\/(.*)$/i.exec(token.text) ?? [];
  if (written === undefined) return { scheme: 'dns', text: token.text };
  const scheme = written.toLowerCase();
  if (scheme === 'dns' || scheme === 'tls') return { scheme, text: rest };
  const later = LATER_SCHEMES.has(scheme);
  const reason = later ? `'${written}://' is not built yet` : `unknown scheme '${written}://'`;
  throw new CorefileError(token, reason, 'use dns:// or tls://');
};

/** `[dns://|tls://]zone[:port]` in its parts; no zone is the root. */
const splitKey = (token: Token): Pick<ZoneKey, 'scheme' | 'port'> & { readonly host: string } => {
  const { scheme, text } = splitScheme(token);
  const [, zone = '', port] = /^(.*?)(?::(\d*))?$/s.exec(text) ?? [];
  // The colons of an IPv6 network are not a port's.
  const isNetwork = text.includes('/') && readIp(text.split('/')[0] ?? '') !== undefined && !/\/\d+:/.test(text);
  if (isNetwork || port === undefined) return { scheme, host: text === '' ? '.' : text, port: undefined };
  const number = readPort(port);
  if (number === undefined || number === 0) {
    throw new CorefileError(token, `not a port: '${port}'`, 'a port is 1 to 65535');
  }
  return { scheme, host: zone === '' ? '.' : zone, port: number };
};

/** What a server block serves, from one of its keys. */
export const readZoneKey = (token: Token): readonly ZoneKey[] => {
  if (/^(?:[a-z0-9]+:\/\/)?$/i.test(token.text)) throw new CorefileError(token, 'no zone', 'write `.` for all');
  const { scheme, host, port } = splitKey(token);
  return zonesOf(token, host).map((zone) => ({ zone, scheme, port, position: token }));
};

/** The zones that a directive is told, where a scheme and a port say nothing (CoreDNS plugin/normalize.go). */
export const readZones = (token: Token): readonly Zone[] => zonesOf(token, splitKey(token).host);
