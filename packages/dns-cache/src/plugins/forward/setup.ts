import type { Endpoint } from '../../address.ts';
import { readIp, readPort } from '../../address.ts';
import type { Position } from '../../corefile/error.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import type { Zone } from '../../corefile/zone.ts';
import { readZones, ROOT_ZONE } from '../../corefile/zone.ts';
import { FORWARD_UPSTREAMS_MAX } from '../../engine/limits.ts';
import { notBuilt, refuseBody, takeArguments, unknownOption, wrongArguments } from '../arguments.ts';
import type { Written } from '../plugin.ts';

/** Where queries go: an address, or the nameservers of a file in the form of resolv.conf. */
export type Destination =
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint }
  | { readonly kind: 'file'; readonly path: string; readonly position: Position };

export type Policy = 'random' | 'round_robin' | 'sequential';

/** Over what the upstream is asked. */
export type Protocol = 'as-the-client' | 'tcp-only' | 'udp-first';

export interface ForwardRule {
  readonly from: Zone;
  readonly except: readonly Zone[];
  readonly destinations: readonly Destination[];
  readonly protocol: Protocol;
  readonly policy: Policy;
}

export type ForwardValue = readonly ForwardRule[];

const OPTIONS = ['except', 'force_tcp', 'prefer_udp', 'policy'];

/** CoreDNS's options that are still to come. */
const LATER: ReadonlySet<string> = new Set([
  'max_fails', 'max_connect_attempts', 'expire', 'max_age', 'max_idle_conns', 'read_timeout', 'doh_method', 'tls',
  'tls_servername', 'health_check', 'max_concurrent', 'next', 'next_on_nodata', 'failfast_all_unhealthy_upstreams',
  'failover', 'source_address', 'resolver',
]);

const POLICIES: readonly Policy[] = ['random', 'round_robin', 'sequential'];

const DEFAULT_PORT = 53;

/** `IP`, `IP:PORT` or `[IPV6]:PORT`. */
const readEndpoint = (text: string): Endpoint | undefined => {
  const bare = readIp(text);
  if (bare !== undefined) return { address: bare, port: DEFAULT_PORT };
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const address = readIp(bracketed ?? plain ?? '');
  const port = readPort(digits);
  return address === undefined || port === undefined || port === 0 ? undefined : { address, port };
};

const readDestination = (token: Token): Destination => {
  const [, scheme, rest = ''] = /^([a-z0-9]+):\/\/(.*)$/i.exec(token.text) ?? [];
  if (scheme === 'tls' || scheme === 'https') throw notBuilt(`forwarding over ${scheme}://`, token);
  if (scheme !== undefined && scheme !== 'dns') {
    throw new CorefileError(token, `'${scheme}' is not supported as a destination protocol in forward`, 'use dns://');
  }
  const text = scheme === undefined ? token.text : rest;
  const endpoint = readEndpoint(text);
  if (endpoint !== undefined) return { kind: 'endpoint', endpoint };
  // Neither a host name nor a file: `10.0.0.1:99999` and `10.0.0.300` are slips, not paths.
  if (scheme !== undefined || /^[\d.]+(?::\d*)?$/.test(text) || text.startsWith('[')) {
    throw new CorefileError(token, `not an IP address or file: '${token.text}'`, 'write IP, IP:PORT or [IPV6]:PORT');
  }
  return { kind: 'file', path: text, position: token };
};

const readPolicy = (entry: Entry): Policy => {
  const [name = entry.name] = takeArguments(entry, 1, 1);
  const found = POLICIES.find((policy) => policy === name.text);
  if (found === undefined) {
    throw new CorefileError(name, `unknown policy '${name.text}'`, `a policy is ${POLICIES.join(', ')}`);
  }
  return found;
};

const applyOption = (rule: ForwardRule, option: Entry): ForwardRule => {
  const { name } = option;
  if (LATER.has(name.text)) throw notBuilt(`option '${name.text}' of 'forward'`, name);
  if (!OPTIONS.includes(name.text)) throw unknownOption(name, 'forward', OPTIONS);
  refuseBody(option);
  if (name.text === 'policy') return { ...rule, policy: readPolicy(option) };
  if (name.text === 'except') {
    const names = takeArguments(option, 1, Number.POSITIVE_INFINITY);
    return { ...rule, except: [...rule.except, ...names.flatMap((token) => readZones(token))] };
  }
  takeArguments(option, 0, 0);
  if (name.text === 'force_tcp') return { ...rule, protocol: 'tcp-only' };
  // force_tcp wins, whichever comes first.
  return rule.protocol === 'tcp-only' ? rule : { ...rule, protocol: 'udp-first' };
};

const readRule = (entry: Entry): ForwardRule => {
  const [from, ...to] = entry.arguments;
  if (from === undefined || to.length === 0) {
    throw wrongArguments(entry.arguments.at(-1) ?? entry.name, 'write forward FROM TO...');
  }
  const surplus = to[FORWARD_UPSTREAMS_MAX];
  if (surplus !== undefined) {
    throw new CorefileError(surplus, `more than ${FORWARD_UPSTREAMS_MAX} TOs configured: ${to.length}`);
  }
  const initial: ForwardRule = {
    // A network that covers several reverse zones counts as its first, as in CoreDNS.
    from: readZones(from)[0] ?? ROOT_ZONE,
    except: [],
    destinations: to.map(readDestination),
    protocol: 'as-the-client',
    policy: 'random',
  };
  return entry.body.reduce(applyOption, initial);
};

/** `forward FROM TO... { ... }`; several lines of a block count, in their order (CoreDNS plugin/forward/setup.go). */
export const setup = ({ entries }: Written): ForwardValue => entries.map(readRule);
