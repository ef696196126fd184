import { plainAddress } from '../../address.ts';
import type { Zone } from '../../corefile/zone.ts';
import type { Pattern } from '../../directive/pattern.ts';
import { foldedText, nameText } from '../../message/name.ts';
import { CLASS, className, TYPE, typeName } from '../../message/numbers.ts';
import type { Request } from '../../plugin/handler.ts';
import type { Struct, Value } from './language/value.ts';
import type { TemplateRule } from './setup.ts';

const struct = (type: string, fields: Readonly<Record<string, Value>>, text?: string): Struct => ({
  kind: 'struct',
  type,
  fields: new Map(Object.entries(fields)),
  text,
});

/** Types that have no name are not told, as by dns.TypeToString. */
const knownTypeName = (type: number): string => {
  const name = typeName(type);
  return /^TYPE\d+$/.test(name) ? '' : name;
};

/** As miekg/dns has it, and prints it. */
const questionOf = ({ query }: Request): Struct => {
  const { type, class: klass } = query.question;
  const name = nameText(query.question.name);
  const text = `;${name}\t${className(klass)}\t ${typeName(type)}`;
  return struct('*dns.Question', { Name: name, Qtype: BigInt(type), Qclass: BigInt(klass) }, text);
};

/** A query as miekg/dns has it; its OPT record, the only one there can be, is left out. */
const messageOf = (request: Request, question: Struct): Struct => {
  const { header } = request.query;
  const flags = {
    Id: BigInt(header.id),
    Response: header.response,
    Opcode: BigInt(header.opcode),
    Authoritative: header.authoritative,
    Truncated: header.truncated,
    RecursionDesired: header.recursionDesired,
    RecursionAvailable: header.recursionAvailable,
    Zero: header.reserved,
    AuthenticatedData: header.authenticated,
    CheckingDisabled: header.checkingDisabled,
    Rcode: BigInt(header.rcode),
  };
  const sections = { Question: [question], Answer: [], Ns: [], Extra: [] };
  return struct('*dns.Msg', { MsgHdr: struct('dns.MsgHdr', flags), ...flags, ...sections });
};

/** The match, and all groups by their number and, where they have one, by their name. */
const groupsOf = (pattern: Pattern | undefined, name: string) => {
  const matcher = pattern?.matcher(name);
  // Without a pattern the whole name matches, as `.*` would.
  if (pattern === undefined || matcher?.find() !== true) return { match: [name], group: new Map([['0', name]]) };
  const match = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? '');
  const named = Object.entries(pattern.namedGroups()).map(([group, index]) => [group, match[index] ?? ''] as const);
  return { match, group: new Map([...match.map((text, index) => [String(index), text] as const), ...named]) };
};

/** What a template knows (CoreDNS plugin/template/template.go, templateData). */
export const templateData = (
  rule: TemplateRule,
  zone: Zone,
  pattern: Pattern | undefined,
  request: Request,
): { readonly value: Struct; readonly class: string; readonly type: string } => {
  const { type, class: klass } = request.query.question;
  const name = foldedText(request.name);
  const question = questionOf(request);
  const asked = {
    class: className(klass === CLASS.ANY ? rule.class : klass),
    type: knownTypeName(type === TYPE.ANY ? rule.type : type),
  };
  const { match, group } = groupsOf(pattern, name);
  const value = struct('*template.templateData', {
    Zone: zone.text,
    Name: name,
    Regex: pattern?.pattern() ?? '.*',
    Match: match,
    Group: group,
    Class: asked.class,
    Type: asked.type,
    Message: messageOf(request, question),
    Question: question,
    Remote: plainAddress(request.client.address),
    Meta: { kind: 'method', arguments: 1, call: ([label = '']) => request.labels?.get(label) ?? '' },
  });
  return { value, ...asked };
};
