import type { Endpoint } from '../../address.ts';
import { endpointText } from '../../address.ts';
import { CorefileError } from '../../corefile/error.ts';
import { readAuthorities, readIdentity } from '../../directive/tls-files.ts';
import type { TlsSettings } from '../../engine/effect.ts';
import { hostKey } from '../../plugin/lookup.ts';
import type { Site } from '../../plugin/site.ts';
import { createEdnsMemory } from '../../upstream/edns.ts';
import { createHealth } from '../../upstream/health.ts';
import { UPSTREAMS_MAX } from '../../upstream/limits.ts';
import { createRoundTrip } from '../../upstream/round-trip.ts';
import type { Security, Target } from '../../upstream/target.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { Destination, FileDestination, HostDestination } from './destination.ts';
import { readNameservers, readResolvConf } from './resolv-conf.ts';
import type { ForwardRule } from './rule.ts';

/** What tells two upstreams apart. */
interface Contact {
  readonly endpoint: Endpoint;
  readonly security: Security;
  readonly serverName: string | undefined;
}

const contactKey = ({ endpoint, security, serverName }: Contact): string =>
  `${security} ${endpointText(endpoint)} ${serverName ?? ''}`;

const createUpstream = (
  rule: ForwardRule,
  { endpoint, security, serverName }: Contact,
  tls: Omit<TlsSettings, 'serverName'>,
  runtime: Site['runtime'],
): Upstream => {
  const target: Target = {
    endpoint,
    text: endpointText(endpoint),
    security,
    connection: {
      sourceAddress: rule.source?.address,
      expireMs: rule.expireMs,
      maxAgeMs: rule.maxAgeMs,
      idleMax: rule.idleMax,
      tls: security === 'plain' ? undefined : { ...tls, serverName: serverName ?? rule.serverName },
      httpMethod: rule.httpMethod,
    },
  };
  const transport = rule.protocol === 'tcp-only' ? 'tcp' : 'udp';
  const health = createHealth(runtime, target, { maxFails: rule.maxFails, transport, ...rule.healthCheck });
  return { target, health, roundTrip: createRoundTrip(), edns: createEdnsMemory() };
};

/** The upstreams of a rule as they are now: those of a file change with it. */
export interface Upstreams {
  current(): readonly Upstream[];
}

/** @throws CorefileError for a file that cannot be used. */
export const createUpstreams = (rule: ForwardRule, { runtime, readFile, watchFile, hosts }: Site): Upstreams => {
  const { client, authorities } = rule.tls;
  const tls = {
    authorities: authorities && readAuthorities(authorities, readFile),
    client: client && readIdentity(client, readFile),
  };
  const nameservers = new Map<string, readonly Endpoint[]>();
  let byKey = new Map<string, Upstream>();
  let current: readonly Upstream[] = [];

  const addressesOf = ({ host }: HostDestination): readonly string[] => {
    const found = hosts.get(hostKey({ host, resolvers: rule.resolvers })) ?? [];
    // From an address of one family nobody of the other is to be reached.
    return found.filter((address) => rule.source === undefined || address.includes(':') === rule.source.address.includes(':'));
  };

  const contactsOf = (destination: Destination): readonly Contact[] => {
    switch (destination.kind) {
      case 'endpoint':
        return [destination];
      case 'file':
        return (nameservers.get(destination.path) ?? []).map((endpoint) => ({ endpoint, security: 'plain', serverName: undefined }));
      case 'host': {
        const { host, port, security, serverName = rule.serverName ?? host.replace(/\.$/, '') } = destination;
        // Its certificate is for the host, whatever its addresses are.
        return addressesOf(destination).map((address) => ({ endpoint: { address, port }, security, serverName: security === 'plain' ? undefined : serverName }));
      }
      case 'file-or-host':
        return contactsOf(nameservers.has(destination.file.path) ? destination.file : destination.host);
    }
  };

  /** Every upstream once; those that stay keep what is known of them. */
  const settle = (): void => {
    const wanted = new Map<string, Upstream>();
    const contacts = new Map(rule.destinations.flatMap(contactsOf).map((contact) => [contactKey(contact), contact]));
    for (const [key, contact] of [...contacts].slice(0, UPSTREAMS_MAX)) {
      wanted.set(key, byKey.get(key) ?? createUpstream(rule, contact, tls, runtime));
    }
    for (const [key, upstream] of byKey) if (!wanted.has(key)) upstream.health.retire();
    byKey = wanted;
    current = [...byKey.values()];
  };

  const log = (level: 'info' | 'warning', text: string): void =>
    runtime.emit({ kind: 'log', level, line: `[${level.toUpperCase()}] plugin/forward: ${text}` });

  const listed = (): string => current.map(({ target }) => target.text).join(' ');

  const change = (path: string, text: string): void => {
    const found = readNameservers(text);
    if (found.length === 0) {
      log('warning', `no nameservers found in '${path}': still forwarding to ${listed()}`);
      return;
    }
    nameservers.set(path, found);
    const before = listed();
    settle();
    if (listed() !== before) log('info', `'${path}' has changed: forwarding to ${listed()}`);
  };

  const follow = (file: FileDestination): void => {
    const { path, position } = file;
    if (nameservers.has(path)) return;
    const found = readResolvConf(file, readFile);
    const count = found.length + rule.destinations.length - 1;
    if (count > UPSTREAMS_MAX) throw new CorefileError(position, `more than ${UPSTREAMS_MAX} TOs configured: ${count}`);
    nameservers.set(path, found);
    watchFile(path, (text) => change(path, text));
  };

  const demand = (host: HostDestination): void => {
    if (addressesOf(host).length === 0) throw new CorefileError(host.position, `no address is known of '${host.host}'`);
  };

  for (const destination of rule.destinations) {
    switch (destination.kind) {
      case 'endpoint':
        break;
      case 'file':
        follow(destination);
        break;
      case 'host':
        demand(destination);
        break;
      case 'file-or-host':
        // Whoever looked the name up has found no such file.
        if (addressesOf(destination.host).length === 0) follow(destination.file);
    }
  }
  settle();
  return { current: () => current };
};
