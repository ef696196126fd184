import { endpointText } from '../../address.ts';
import { durationText } from '../../corefile/duration.ts';
import { rcodeName } from '../../message/numbers.ts';
import { ATTEMPTS_PER_UPSTREAM, DEADLINE_MS } from '../../upstream/limits.ts';
import { nameText } from '../../message/name.ts';
import type { Destination } from './destination.ts';
import type { ForwardRule, ForwardValue, Protocol } from './rule.ts';
import type { Security } from '../../upstream/target.ts';

const SCHEMES: Readonly<Record<Security, string>> = { plain: '', tls: 'tls://', https: 'https://' };

const destinationText = (destination: Destination): string => {
  switch (destination.kind) {
    case 'file':
      return `the nameservers of ${destination.path}`;
    case 'file-or-host':
      return `${destinationText(destination.file)}, where that is a file, else ${destinationText(destination.host)}`;
    case 'host': {
      const { host, port, security, serverName } = destination;
      return `${SCHEMES[security]}${host}:${port}${serverName === undefined ? '' : ` as ${serverName}`}`;
    }
    case 'endpoint': {
      const { endpoint, security, serverName } = destination;
      return `${SCHEMES[security]}${endpointText(endpoint)}${serverName === undefined ? '' : ` as ${serverName}`}`;
    }
  }
};

const PROTOCOL_TEXT: Readonly<Record<Protocol, string>> = {
  'as-the-client': "the client's",
  'tcp-only': 'TCP',
  'udp-first': 'UDP, then TCP where the answer is truncated',
};

const attemptsText = (attemptsMax: number | undefined): string => {
  if (attemptsMax === undefined) return `${ATTEMPTS_PER_UPSTREAM} attempts per upstream`;
  return attemptsMax === Number.POSITIVE_INFINITY ? 'attempts without limit' : `${attemptsMax} attempts in all`;
};

const securityOf = (destination: Destination): Security => ('security' in destination ? destination.security : 'plain');

/** A destination over TLS or HTTPS is asked so, whatever the others are. */
const protocolText = ({ protocol, destinations, httpMethod }: ForwardRule): string => {
  const found = new Set(destinations.map(securityOf));
  const texts = [
    ...(found.has('tls') ? ['TLS to tls://'] : []),
    ...(found.has('https') ? [`HTTPS to https:// by ${httpMethod}`] : []),
    ...(found.has('plain') ? [`${found.size === 1 ? '' : 'to others '}${PROTOCOL_TEXT[protocol]}`] : []),
  ];
  return found.size === 1 ? (texts[0] ?? '').replace(/ to (?:tls|https):\/\//, '') : texts.join(', ');
};

const healthText = ({ maxFails, healthCheck }: ForwardRule): string => {
  if (maxFails === 0) return 'never down';
  const { intervalMs, recursionDesired, domain } = healthCheck;
  const asked = `${nameText(domain)} NS${recursionDesired ? '' : ' without recursion'}`;
  return `down after ${maxFails + 1} failed probes (${asked}) every ${durationText(intervalMs)}`;
};

const rcodesText = (rcodes: ReadonlySet<number>): readonly string[] => [...rcodes].map(rcodeName);

/** What holds only where the Corefile says so. */
const extras = (rule: ForwardRule): readonly string[] => {
  const nextOn = [...rcodesText(rule.next.rcodes), ...(rule.next.onNoData ? ['no data'] : [])];
  return [
    ...(rule.serverName === undefined ? [] : [`TLS server name: ${rule.serverName}`]),
    ...(rule.source === undefined ? [] : [`source address: ${rule.source.address}`]),
    ...(rule.concurrentMax === Number.POSITIVE_INFINITY ? [] : [`concurrent queries: at most ${rule.concurrentMax}`]),
    ...(rule.failover.size === 0 ? [] : [`next upstream on: ${rcodesText(rule.failover).join(' ')}`]),
    ...(nextOn.length === 0 ? [] : [`next forward on: ${nextOn.join(', ')}`]),
    ...(rule.failsFast ? ['fails at once where all upstreams are down'] : []),
  ];
};

const describeRule = (rule: ForwardRule): readonly string[] => {
  const age = rule.maxAgeMs === Number.POSITIVE_INFINITY ? '' : `, none older than ${durationText(rule.maxAgeMs)}`;
  const idle = rule.idleMax === Number.POSITIVE_INFINITY ? '' : `, at most ${rule.idleMax}`;
  return [
    `forward ${rule.from.text} to ${rule.destinations.map(destinationText).join(' ')}`,
    ...[
      ...(rule.except.length === 0 ? [] : [`except: ${rule.except.map(({ text }) => text).join(' ')}`]),
      `protocol: ${protocolText(rule)}`,
      `policy: ${rule.policy}, ${attemptsText(rule.attemptsMax)}`,
      `timeouts: ${rule.readTimeoutMs / 1000} s per attempt, ${DEADLINE_MS / 1000} s in all`,
      `idle connections: ${durationText(rule.expireMs)}${idle}${age}`,
      `health: ${healthText(rule)}`,
      ...extras(rule),
    ].map((line) => `  ${line}`),
  ];
};

export const describe = (value: ForwardValue): readonly string[] => value.flatMap(describeRule);
