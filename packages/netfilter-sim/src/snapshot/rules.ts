import type { PolicyAction, PolicyRule } from '../fib/route.ts';
import { broken, elements, field, isAbsent, isJson, parseJson, text, textOr, whole } from '../json/value.ts';
import type { Json } from '../json/value.ts';
import { readPrefix } from '../packet/prefix.ts';
import type { Prefix } from '../packet/prefix.ts';
import { protocolByName } from '../ruleset/shared/protocol-names.ts';
import { realmsOf } from './realms.ts';
import { readTableName } from './routes.ts';
import { rulesFromText } from './rule-text.ts';

/** The output of `ip -j rule`, or of `ip rule`. */
export const readPolicyRules = (file: string, contents: string): readonly PolicyRule[] =>
  elements(isJson(file, contents) ? parseJson(file, contents) : rulesFromText(file, contents)).map(readPolicyRule);

/** What a rule can say that is modelled; `protocol` names who made it. */
const KNOWN: ReadonlySet<string> = new Set([
  'priority', 'not', 'src', 'srclen', 'dst', 'dstlen', 'iif', 'iif_detached', 'oif', 'oif_detached', 'fwmark', 'fwmask', 'tos',
  'ipproto', 'sport', 'sport_start', 'sport_end', 'dport', 'dport_start', 'dport_end', 'suppress_prefixlen', 'uid_start', 'uid_end',
  'flow_from', 'flow_to', 'table', 'goto', 'unresolved', 'action', 'nop', 'l3mdev', 'protocol',
]);

const readPolicyRule = (json: Json): PolicyRule => {
  for (const name of Object.keys(json.value ?? {})) {
    // A selector that is not asked would make the rule fit every packet.
    if (!KNOWN.has(name)) broken(field(json, name), `a rule without "${name}", which is not modelled`);
  }
  const source = readSelector(json, 'src');
  const destination = readSelector(json, 'dst');
  return {
    priority: whole(field(json, 'priority')),
    inverted: !isAbsent(field(json, 'not')),
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
    ...optional(field(json, 'iif'), (found) => ({ inDevice: text(found) })),
    ...optional(field(json, 'oif'), (found) => ({ outDevice: text(found) })),
    ...optional(field(json, 'fwmark'), (found) => ({
      mark: { value: whole(found), mask: isAbsent(field(json, 'fwmask')) ? 0xffff_ffff : whole(field(json, 'fwmask')) },
    })),
    ...optional(field(json, 'tos'), (found) => ({ tos: whole(found) })),
    ...optional(field(json, 'ipproto'), (found) => ({ protocol: readProtocol(found) })),
    ...readPorts(json, 'sport', 'sourcePorts'),
    ...readPorts(json, 'dport', 'destinationPorts'),
    ...optional(field(json, 'uid_start'), (found) => ({ uids: { min: whole(found), max: whole(field(json, 'uid_end')) } })),
    ...optional(field(json, 'suppress_prefixlen'), (found) => ({ suppressPrefixLength: whole(found) })),
    ...optional(field(json, 'flow_to'), (to) => ({ realms: realmsOf(textOr(field(json, 'flow_from'), '0'), text(to)) })),
    action: readAction(json),
  };
};

const optional = <Found>(json: Json, read: (found: Json) => Found): Found | Record<string, never> =>
  isAbsent(json) ? {} : read(json);

const readSelector = (json: Json, name: 'src' | 'dst'): Prefix | undefined => {
  const address = field(json, name);
  if (isAbsent(address) || address.value === 'all') return undefined;
  const length = field(json, `${name}len`);
  const written = isAbsent(length) ? text(address) : `${text(address)}/${whole(length)}`;
  return readPrefix(written) ?? broken(address, 'a prefix');
};

/** With `-N`, iproute2 6.1 writes `ipproto-17`. */
const readProtocol = (json: Json): number => {
  const name = typeof json.value === 'string' ? json.value.replace(/^ipproto-/, '') : json.value;
  const known = typeof name === 'string' ? protocolByName(name) : undefined;
  return known ?? whole({ ...json, value: name }, { max: 255 });
};

const readPorts = <Name extends 'sourcePorts' | 'destinationPorts'>(
  json: Json,
  name: 'sport' | 'dport',
  as: Name,
): Partial<Pick<PolicyRule, Name>> => {
  const one = field(json, name);
  const [from, to] = isAbsent(one) ? [field(json, `${name}_start`), field(json, `${name}_end`)] : [one, one];
  return isAbsent(from) ? {} : ({ [as]: { min: whole(from), max: whole(to) } } as Partial<Pick<PolicyRule, Name>>);
};

/** With `-N`, actions are the numbers of `RTN_*`. */
const ACTIONS: Readonly<Record<string, 'blackhole' | 'unreachable' | 'prohibit'>> = {
  blackhole: 'blackhole',
  6: 'blackhole',
  unreachable: 'unreachable',
  7: 'unreachable',
  prohibit: 'prohibit',
  8: 'prohibit',
};

const readAction = (json: Json): PolicyAction => {
  // Without a device in a VRF, l3mdev finds no table (l3mdev_fib_rule_match, net/l3mdev/l3mdev.c, 6.12).
  if (!isAbsent(field(json, 'nop')) || !isAbsent(field(json, 'l3mdev'))) return { kind: 'nop' };
  const goto = field(json, 'goto');
  if (!isAbsent(goto)) return { kind: 'goto', priority: whole(goto) };
  const action = field(json, 'action');
  if (isAbsent(action)) return { kind: 'lookup', table: readTableName(field(json, 'table')) };
  const kind = ACTIONS[String(action.value)];
  return kind === undefined ? broken(action, 'blackhole, unreachable or prohibit') : { kind };
};
