import { readPrefix } from '../packet/prefix.ts';
import type { Prefix } from '../packet/prefix.ts';
import type { PolicyAction, PolicyRule } from '../routing/route.ts';
import { broken, elements, field, isAbsent, parseJson, text, whole } from './json.ts';
import type { Json } from './json.ts';
import { readTableName } from './routes.ts';

/** The output of `ip -j rule`. */
export const readPolicyRules = (file: string, contents: string): readonly PolicyRule[] =>
  elements(parseJson(file, contents)).map(readPolicyRule);

const readPolicyRule = (json: Json): PolicyRule => {
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
    ...optional(field(json, 'suppress_prefixlen'), (found) => ({ suppressPrefixLength: whole(found) })),
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

const readAction = (json: Json): PolicyAction => {
  const goto = field(json, 'goto');
  if (!isAbsent(goto)) return { kind: 'goto', priority: whole(goto) };
  const action = field(json, 'action');
  if (isAbsent(action)) return { kind: 'lookup', table: readTableName(field(json, 'table')) };
  switch (action.value) {
    case 'nop':
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
      return { kind: action.value };
    default:
      return broken(action, 'nop, blackhole, unreachable or prohibit');
  }
};
