import { durationText } from '../../corefile/duration.ts';
import type { Position } from '../../corefile/error.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import { readZones, ROOT_ZONE } from '../../corefile/zone.ts';
import { refuseBody, unknownOption, wrongArguments } from '../../directive/arguments.ts';
import { rooted } from '../../directive/rooted.ts';
import type { Written } from '../../plugin/written.ts';
import { UPSTREAMS_MAX } from '../../upstream/limits.ts';
import { readDestination } from './destination.ts';
import { OPTIONS } from './options.ts';
import type { ForwardRule, ForwardValue } from './rule.ts';
import { DEFAULT_RULE } from './rule.ts';

const applyOption = (rule: ForwardRule, option: Entry): ForwardRule => {
  const read = OPTIONS.get(option.name.text);
  if (read === undefined) throw unknownOption(option.name, 'forward', [...OPTIONS.keys()]);
  refuseBody(option);
  return read(rule, option);
};

const argumentOf = (entry: Entry, option: string): Position => {
  const written = entry.body.findLast(({ name }) => name.text === option);
  return written?.arguments[0] ?? written?.name ?? entry.name;
};

const isIpv6 = (address: string): boolean => address.includes(':');

/** What only shows when all options are there. */
const checkRule = (rule: ForwardRule, entry: Entry): void => {
  const { source, serverName } = rule;
  if (rule.maxAgeMs < rule.expireMs) {
    const [age, expire] = [durationText(rule.maxAgeMs), durationText(rule.expireMs)];
    throw new CorefileError(argumentOf(entry, 'max_age'), `max_age (${age}) must not be less than expire (${expire})`);
  }
  for (const destination of rule.destinations) {
    if (destination.kind !== 'endpoint') continue;
    const { endpoint, position } = destination;
    if (destination.serverName !== undefined && serverName !== undefined) {
      const both = `both forward ('${serverName}') and proxy level ('${destination.serverName}') TLS servernames`;
      throw new CorefileError(position, `${both} are set for upstream proxy '${endpoint.address}'`, 'keep one of them');
    }
    if (source !== undefined && isIpv6(source.address) !== isIpv6(endpoint.address)) {
      throw new CorefileError(source.position, `source_address ${source.address} cannot reach ${endpoint.address}`);
    }
  }
};

const underRoot = ({ client, authorities }: ForwardRule['tls'], root: string): ForwardRule['tls'] => ({
  client: client && { certificate: rooted(client.certificate, root), key: rooted(client.key, root) },
  authorities: authorities && rooted(authorities, root),
});

const readRule = (entry: Entry, root: string): ForwardRule => {
  const [from, ...to] = entry.arguments;
  if (from === undefined || to.length === 0) {
    throw wrongArguments(entry.arguments.at(-1) ?? entry.name, 'write forward FROM TO...');
  }
  const surplus = to[UPSTREAMS_MAX];
  if (surplus !== undefined) {
    throw new CorefileError(surplus, `more than ${UPSTREAMS_MAX} TOs configured: ${to.length}`);
  }
  const rule = entry.body.reduce(applyOption, {
    ...DEFAULT_RULE,
    // A network that covers several reverse zones counts as its first, as in CoreDNS.
    from: readZones(from)[0] ?? ROOT_ZONE,
    destinations: to.map(readDestination),
  });
  checkRule(rule, entry);
  return { ...rule, tls: underRoot(rule.tls, root) };
};

/** `forward FROM TO... { ... }`; several lines of a block count, in their order (CoreDNS plugin/forward/setup.go). */
export const setup = ({ entries, root }: Written): ForwardValue => entries.map((entry) => readRule(entry, root));
