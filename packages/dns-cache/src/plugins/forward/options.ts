import type { Endpoint } from '../../address.ts';
import { readIp } from '../../address.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import { readZones } from '../../corefile/zone.ts';
import { takeArguments, takeDuration, takeInteger, wrongArguments } from '../../directive/arguments.ts';
import { readNameText } from '../../message/name.ts';
import { RCODE, rcodeNumber } from '../../message/numbers.ts';
import type { Policy } from '../../upstream/policy.ts';
import { DNS_PORT, readEndpoint } from './destination.ts';
import type { ForwardRule } from './rule.ts';

type ReadOption = (rule: ForwardRule, option: Entry) => ForwardRule;

const ANY_NUMBER = Number.POSITIVE_INFINITY;
const POLICIES: readonly Policy[] = ['random', 'round_robin', 'sequential'];

const takeOne = (option: Entry): Token => takeArguments(option, 1, 1)[0] ?? option.name;

const takeCount = (option: Entry): number => {
  const token = takeOne(option);
  const value = takeInteger(token, option.name.text);
  if (value < 0) throw new CorefileError(token, `${option.name.text} can't be negative: ${token.text}`);
  return value;
};

const takeTime = (option: Entry, token = takeOne(option)): number => {
  const ms = takeDuration(token, option.name.text);
  if (ms < 0) throw new CorefileError(token, `${option.name.text} can't be negative: ${token.text}`);
  return ms;
};

/** CoreDNS's 0 for "no limit". */
const orUnlimited = (value: number): number => (value === 0 ? Number.POSITIVE_INFINITY : value);

const takeRcodes = (option: Entry): readonly (readonly [Token, number])[] =>
  takeArguments(option, 1, ANY_NUMBER).map((token) => {
    const rcode = rcodeNumber(token.text);
    if (rcode === undefined) throw new CorefileError(token, `${token.text} is not a valid rcode`, 'write for example SERVFAIL');
    return [token, rcode];
  });

const readPolicy = (option: Entry): Policy => {
  const token = takeOne(option);
  const found = POLICIES.find((policy) => policy === token.text);
  if (found === undefined) {
    throw new CorefileError(token, `unknown policy '${token.text}'`, `a policy is ${POLICIES.join(', ')}`);
  }
  return found;
};

/** `D [no_rec] [domain FQDN]` */
const readHealthCheck = (option: Entry): ForwardRule['healthCheck'] => {
  const [duration = option.name, ...words] = takeArguments(option, 1, ANY_NUMBER);
  let check: ForwardRule['healthCheck'] = {
    intervalMs: takeTime(option, duration),
    recursionDesired: true,
    domain: Uint8Array.of(0),
  };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word?.text === 'no_rec') check = { ...check, recursionDesired: false };
    else if (word?.text === 'domain') {
      at += 1;
      const name = words[at];
      if (name === undefined) throw wrongArguments(word, 'write domain FQDN');
      const domain = readNameText(name.text);
      if (domain === undefined) throw new CorefileError(name, `health_check: invalid domain name ${name.text}`);
      check = { ...check, domain };
    } else if (word !== undefined) {
      throw new CorefileError(word, `health_check: unknown option ${word.text}`, 'known are no_rec and domain FQDN');
    }
  }
  return check;
};

/** `[CERT KEY] [CA]`: one file is CA, two are CERT and KEY (plugin/pkg/tls/tls.go). */
const readTls = (option: Entry): ForwardRule['tls'] => {
  const [first, second, third] = takeArguments(option, 0, 3, 'write tls [CERT KEY] [CA]');
  if (first === undefined || second === undefined) return { client: undefined, authorities: first };
  return { client: { certificate: first, key: second }, authorities: third };
};

const readSource = (option: Entry): ForwardRule['source'] => {
  const token = takeOne(option);
  const address = readIp(token.text);
  if (address === undefined) throw new CorefileError(token, `source_address is not an IP address: '${token.text}'`);
  return { address, position: token };
};

const readFailover: ReadOption = (rule, option) => {
  const rcodes = takeRcodes(option);
  const noError = rcodes.find(([, rcode]) => rcode === RCODE.NOERROR);
  if (noError !== undefined) throw new CorefileError(noError[0], 'NoError cannot be used in failover');
  return { ...rule, failover: new Set([...rule.failover, ...rcodes.map(([, rcode]) => rcode)]) };
};

const flag =
  (set: (rule: ForwardRule) => ForwardRule): ReadOption =>
  (rule, option) => {
    takeArguments(option, 0, 0);
    return set(rule);
  };

const METHODS: readonly ForwardRule['httpMethod'][] = ['POST', 'GET'];

const readMethod = (option: Entry): ForwardRule['httpMethod'] => {
  const token = takeOne(option);
  const found = METHODS.find((method) => method === token.text);
  if (found === undefined) throw new CorefileError(token, `doh_method must be either POST or GET: '${token.text}'`);
  return found;
};

const readResolver = (token: Token): Endpoint => {
  const endpoint = readEndpoint(token.text, DNS_PORT);
  if (endpoint === undefined) throw new CorefileError(token, `resolver must be an IP address or IP:port: '${token.text}'`);
  return endpoint;
};

/** CoreDNS plugin/forward/setup.go, parseBlock. */
export const OPTIONS: ReadonlyMap<string, ReadOption> = new Map<string, ReadOption>([
  ['except', (rule, option) => {
    const names = takeArguments(option, 1, ANY_NUMBER);
    return { ...rule, except: [...rule.except, ...names.flatMap((token) => readZones(token))] };
  }],
  ['force_tcp', flag((rule) => ({ ...rule, protocol: 'tcp-only' }))],
  // force_tcp wins, whichever comes first.
  ['prefer_udp', flag((rule) => (rule.protocol === 'tcp-only' ? rule : { ...rule, protocol: 'udp-first' }))],
  ['policy', (rule, option) => ({ ...rule, policy: readPolicy(option) })],
  ['max_fails', (rule, option) => ({ ...rule, maxFails: takeCount(option) })],
  ['max_connect_attempts', (rule, option) => ({ ...rule, attemptsMax: orUnlimited(takeCount(option)) })],
  ['expire', (rule, option) => ({ ...rule, expireMs: takeTime(option) })],
  ['max_age', (rule, option) => ({ ...rule, maxAgeMs: orUnlimited(takeTime(option)) })],
  ['max_idle_conns', (rule, option) => ({ ...rule, idleMax: orUnlimited(takeCount(option)) })],
  ['read_timeout', (rule, option) => {
    const readTimeoutMs = takeTime(option);
    if (readTimeoutMs === 0) throw new CorefileError(takeOne(option), 'read_timeout must be positive: 0s');
    return { ...rule, readTimeoutMs };
  }],
  ['tls', (rule, option) => ({ ...rule, tls: readTls(option) })],
  ['tls_servername', (rule, option) => ({ ...rule, serverName: takeOne(option).text })],
  ['health_check', (rule, option) => ({ ...rule, healthCheck: readHealthCheck(option) })],
  ['max_concurrent', (rule, option) => ({ ...rule, concurrentMax: orUnlimited(takeCount(option)) })],
  ['next', (rule, option) => {
    const rcodes = takeRcodes(option).map(([, rcode]) => rcode);
    return { ...rule, next: { ...rule.next, rcodes: new Set([...rule.next.rcodes, ...rcodes]) } };
  }],
  ['next_on_nodata', flag((rule) => ({ ...rule, next: { ...rule.next, onNoData: true } }))],
  ['failfast_all_unhealthy_upstreams', flag((rule) => ({ ...rule, failsFast: true }))],
  ['failover', readFailover],
  ['source_address', (rule, option) => ({ ...rule, source: readSource(option) })],
  ['doh_method', (rule, option) => ({ ...rule, httpMethod: readMethod(option) })],
  ['resolver', (rule, option) => ({ ...rule, resolvers: takeArguments(option, 1, ANY_NUMBER).map(readResolver) })],
]);

/** Those of which CoreDNS reads one word. To `except` a brace is one more zone that nobody asks for. */
export const OPTION_WORDS = {
  policy: 1,
  max_fails: 1,
  max_connect_attempts: 1,
  expire: 1,
  max_age: 1,
  max_idle_conns: 1,
  read_timeout: 1,
  tls_servername: 1,
  max_concurrent: 1,
  source_address: 1,
  doh_method: 1,
  except: Number.POSITIVE_INFINITY,
};
