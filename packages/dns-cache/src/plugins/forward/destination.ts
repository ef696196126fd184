import type { Endpoint } from '../../address.ts';
import { readIp, readPort } from '../../address.ts';
import type { Position } from '../../corefile/error.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Token } from '../../corefile/lexer.ts';
import { notBuilt } from '../../directive/arguments.ts';
import { readNameText } from '../../message/name.ts';
import type { Security } from '../../upstream/target.ts';

/** The nameservers of a file in the form of resolv.conf. */
export interface FileDestination {
  readonly kind: 'file';
  readonly path: string;
  readonly position: Position;
}

/** A host, whose addresses are looked up when the server starts. */
export interface HostDestination {
  readonly kind: 'host';
  /** Absolute, with or without its final dot. */
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly serverName: string | undefined;
  readonly position: Position;
}

/** Where queries go. */
export type Destination =
  | {
      readonly kind: 'endpoint';
      readonly endpoint: Endpoint;
      readonly security: Security;
      /** `tls://192.0.2.1%dns.example.org`. */
      readonly serverName: string | undefined;
      readonly position: Position;
    }
  | HostDestination
  | FileDestination
  /** One word that may be either: the file, where there is one (CoreDNS plugin/forward/resolve.go, classifyToAddrs). */
  | { readonly kind: 'file-or-host'; readonly file: FileDestination; readonly host: HostDestination; readonly position: Position };

export const DNS_PORT = 53;

const PORTS: Readonly<Record<Security, number>> = { plain: DNS_PORT, tls: 853, https: 443 };

/** `HOST`, `HOST:PORT` or `[IPV6]:PORT`; `undefined` where the port is none. */
const splitPort = (text: string, defaultPort: number): { readonly host: string; readonly port: number } | undefined => {
  const bare = readIp(text.replace(/^\[(.*)\]$/, '$1'));
  if (bare !== undefined) return { host: bare, port: defaultPort };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(text) ?? [];
  if (digits === undefined) return { host: text, port: defaultPort };
  const port = readPort(digits);
  return port === undefined || port === 0 ? undefined : { host: bracketed ?? plain ?? '', port };
};

/** `192.0.2.1%name:853` and `[2001:db8::1%name]:853` without the name (plugin/forward/setup.go, splitZone). */
const splitServerName = (text: string): { readonly host: string; readonly serverName: string | undefined } => {
  const [, host = '', serverName, bracket = '', port = ''] = /^([^%]*)%([^\]:]+)(\]?)(:\d+)?$/.exec(text) ?? [];
  return serverName === undefined ? { host: text, serverName } : { host: `${host}${bracket}${port}`, serverName };
};

/** `IP`, `IP:PORT` or `[IPV6]:PORT`. */
export const readEndpoint = (text: string, defaultPort: number): Endpoint | undefined => {
  const split = splitPort(text, defaultPort);
  const address = split && readIp(split.host);
  return address === undefined ? undefined : { address, port: split?.port ?? defaultPort };
};

/** As people name hosts: neither a path nor a slip of an address, as `10.0.0.300` is one. */
const isHostName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(text) && !/^[\d.]+$/.test(text) && readNameText(text) !== undefined;

const FORMS: Readonly<Record<Security, string>> = {
  plain: 'IP, IP:PORT, [IPV6]:PORT, HOST or HOST:PORT',
  tls: 'tls://IP, tls://IP%SERVERNAME, tls://IP%SERVERNAME:PORT, or the same with a host name',
  https: 'https://IP, https://IP:PORT, or the same with a host name',
};

/** An address or a host; `undefined` where it is neither. */
const readPeer = (text: string, security: Security, position: Token): Extract<Destination, { kind: 'endpoint' | 'host' }> | undefined => {
  const { host: rest, serverName } = security === 'plain' ? { host: text, serverName: undefined } : splitServerName(text);
  const split = splitPort(rest, PORTS[security]);
  if (split === undefined) return undefined;
  const { host, port } = split;
  const address = readIp(host);
  if (address !== undefined) return { kind: 'endpoint', endpoint: { address, port }, security, serverName, position };
  return isHostName(host) ? { kind: 'host', host, port, security, serverName, position } : undefined;
};

const notAPeer = (token: Token, security: Security): CorefileError =>
  new CorefileError(token, `not an IP address, file, or host: '${token.text}'`, `write ${FORMS[security]}`);

/** One TO of `forward FROM TO...`. */
export const readDestination = (token: Token): Destination => {
  const [, scheme, rest = ''] = /^([a-z0-9]+):\/\/(.*)$/i.exec(token.text) ?? [];
  switch (scheme) {
    case undefined:
    case 'dns': {
      const found = readPeer(scheme === undefined ? token.text : rest, 'plain', token);
      if (scheme === undefined && found?.kind === 'host') {
        return { kind: 'file-or-host', file: { kind: 'file', path: token.text, position: token }, host: found, position: token };
      }
      if (found !== undefined) return found;
      // Neither a host nor a file: `10.0.0.1:99999` and `10.0.0.300` are slips, not paths.
      if (scheme !== undefined || /^[\d.]+(?::\d*)?$/.test(token.text) || token.text.startsWith('[')) throw notAPeer(token, 'plain');
      return { kind: 'file', path: token.text, position: token };
    }
    case 'tls':
    case 'https': {
      if (scheme === 'https' && rest.includes('/')) {
        throw new CorefileError(token, `paths are not allowed in HTTPS upstream addresses: '${token.text}'`, 'leave it out: the path is /dns-query');
      }
      const found = readPeer(rest, scheme, token);
      if (found === undefined) throw notAPeer(token, scheme);
      return found;
    }
    case 'quic':
      throw notBuilt('forwarding over quic://', token);
    default:
      throw new CorefileError(token, `'${scheme}' is not supported as a destination protocol in forward`, 'use dns://, tls:// or https://');
  }
};
