import type { Endpoint } from '../../address.ts';
import { readIp, readPort } from '../../address.ts';
import type { Position } from '../../corefile/error.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Token } from '../../corefile/lexer.ts';
import { notBuilt } from '../../directive/arguments.ts';
import type { Security } from '../../upstream/target.ts';

/** Where queries go: an address, or the nameservers of a file in the form of resolv.conf. */
export type Destination =
  | {
      readonly kind: 'endpoint';
      readonly endpoint: Endpoint;
      readonly security: Security;
      /** `tls://192.0.2.1%dns.example.org`. */
      readonly serverName: string | undefined;
      readonly position: Position;
    }
  | { readonly kind: 'file'; readonly path: string; readonly position: Position };

export const DNS_PORT = 53;
const TLS_PORT = 853;

/** `IP`, `IP:PORT` or `[IPV6]:PORT`. */
const readEndpoint = (text: string, defaultPort: number): Endpoint | undefined => {
  const bare = readIp(text.replace(/^\[(.*)\]$/, '$1'));
  if (bare !== undefined) return { address: bare, port: defaultPort };
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const address = readIp(bracketed ?? plain ?? '');
  const port = readPort(digits);
  return address === undefined || port === undefined || port === 0 ? undefined : { address, port };
};

/** `192.0.2.1%name:853` and `[2001:db8::1%name]:853` without the name (plugin/forward/setup.go, splitZone). */
const splitServerName = (text: string): { readonly host: string; readonly serverName: string | undefined } => {
  const [, host = '', serverName, bracket = '', port = ''] = /^([^%]*)%([^\]:]+)(\]?)(:\d+)?$/.exec(text) ?? [];
  return serverName === undefined ? { host: text, serverName } : { host: `${host}${bracket}${port}`, serverName };
};

const notAnAddress = (token: Token, form: string): CorefileError =>
  new CorefileError(token, `not an IP address or file: '${token.text}'`, `write ${form}`);

const readTls = (token: Token, rest: string): Destination => {
  const { host, serverName } = splitServerName(rest);
  const endpoint = readEndpoint(host, TLS_PORT);
  if (endpoint === undefined) throw notAnAddress(token, 'tls://IP, tls://IP%SERVERNAME or tls://IP%SERVERNAME:PORT');
  return { kind: 'endpoint', endpoint, security: 'tls', serverName, position: token };
};

/** One TO of `forward FROM TO...`. */
export const readDestination = (token: Token): Destination => {
  const [, scheme, rest = ''] = /^([a-z0-9]+):\/\/(.*)$/i.exec(token.text) ?? [];
  if (scheme === 'https') throw notBuilt('forwarding over https://', token);
  if (scheme === 'tls') return readTls(token, rest);
  if (scheme !== undefined && scheme !== 'dns') {
    const mend = 'use dns:// or tls://';
    throw new CorefileError(token, `'${scheme}' is not supported as a destination protocol in forward`, mend);
  }
  const text = scheme === undefined ? token.text : rest;
  const endpoint = readEndpoint(text, DNS_PORT);
  if (endpoint !== undefined) {
    return { kind: 'endpoint', endpoint, security: 'plain', serverName: undefined, position: token };
  }
  // Neither a host name nor a file: `10.0.0.1:99999` and `10.0.0.300` are slips, not paths.
  if (scheme !== undefined || /^[\d.]+(?::\d*)?$/.test(text) || text.startsWith('[')) {
    throw notAnAddress(token, 'IP, IP:PORT or [IPV6]:PORT');
  }
  return { kind: 'file', path: text, position: token };
};
