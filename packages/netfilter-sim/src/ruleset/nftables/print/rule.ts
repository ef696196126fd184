import { printDuration } from '../values/data-type.ts';
import { typesOf } from '../values/expression.ts';
import type { Expression } from '../values/expression.ts';
import type { NftFamily, NftRule } from '../values/rule-set.ts';
import type { RejectAnswer, Statement, TranslationStatement } from '../values/statement.ts';
import { printExpression, printOperand } from './expression.ts';
import { printLimit } from './limit.ts';
import { printReference, printVerdict } from './value.ts';

/** One rule as `nft list ruleset` prints it (nftables 1.0.6), without its handle. */
export const printNftRule = (rule: NftRule, family: NftFamily): string =>
  [
    ...rule.statements.map((statement) => printStatement(statement, family)),
    ...(rule.comment === undefined ? [] : [`comment "${rule.comment}"`]),
  ].join(' ');

const printStatement = (statement: Statement, family: NftFamily): string => {
  switch (statement.kind) {
    case 'match':
      return printMatch(statement);
    case 'verdict':
      return printVerdict(statement.verdict);
    case 'verdict-map':
      return `${printExpression(statement.key)} vmap ${printReference(statement.data, typesOf(statement.key))}`;
    case 'counter':
      return `counter packets ${statement.packets} bytes ${statement.bytes}`;
    case 'named-counter':
      return `counter name "${statement.name}"`;
    case 'limit':
      return printLimit(statement);
    case 'named-limit':
      return `limit name "${statement.name}"`;
    case 'assign':
      return `${printExpression(statement.to)} set ${printExpression(statement.value)}`;
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return printTranslation(statement);
    case 'notrack':
      return 'notrack';
    case 'reject':
      return printReject(statement.answer, family);
    case 'log':
      return ['log', ...(statement.prefix === '' ? [] : [`prefix "${statement.prefix}"`]), ...statement.options].join(
        ' ',
      );
    case 'queue':
      return printQueue(statement);
    case 'set': {
      const element = [
        printExpression(statement.key),
        ...(statement.timeoutMs === undefined ? [] : [`timeout ${printDuration(statement.timeoutMs)}`]),
        ...statement.statements.map((inner) => (inner.kind === 'counter' ? 'counter' : printStatement(inner, family))),
      ];
      return `${statement.operation} @${statement.set} { ${element.join(' ')} }`;
    }
    case 'not-modelled':
      return statement.text;
  }
};

const printMatch = ({ comparison, left, right }: Extract<Statement, { kind: 'match' }>): string => {
  const types = typesOf(left);
  const operand = printOperand(right, types);
  const masked = left.kind === 'binary';
  if (masked && left.operator === '&' && types[0] === 'tcp_flag') {
    return `${printExpression(left.left)} ${comparison === '==' ? '' : `${comparison} `}${operand} / ${printExpression(left.right)}`;
  }
  const implied = comparison === 'in' || (comparison === '==' && !masked);
  return `${printExpression(left)} ${implied ? '' : `${comparison} `}${operand}`;
};

/** `dnat ip to 10.0.0.1:53`; an IPv6 address before a port stands in brackets. */
const printTranslation = ({ kind, family, address, port, flags, prefix }: TranslationStatement): string => {
  const bare = address === undefined ? '' : printExpression(address);
  const host = port !== undefined && isIpv6(address) ? `[${bare}]` : bare;
  const destination = `${host}${port === undefined ? '' : `:${printExpression(port)}`}`;
  const shown = flags.filter((flag) => flag !== 'netmap');
  return [
    kind,
    ...(family === undefined ? [] : [family]),
    ...(prefix ? ['prefix'] : []),
    ...(destination === '' ? [] : [`to ${destination}`]),
    ...(shown.length === 0 ? [] : [shown.join(',')]),
  ].join(' ');
};

const isIpv6 = (address: Expression | undefined): boolean =>
  address?.kind === 'constant' && address.type === 'ipv6_addr';

/** What nft takes for granted is not printed. */
const printReject = (answer: RejectAnswer, family: NftFamily): string => {
  if (answer.kind === 'tcp-reset') return 'reject with tcp reset';
  const usual = { ip: 'icmp', ip6: 'icmpv6', inet: 'icmpx' } as const;
  return answer.kind === usual[family] && answer.code === 'port-unreachable'
    ? 'reject'
    : `reject with ${answer.kind} ${answer.code}`;
};

const printQueue = ({ queue, queueMax, flags }: Extract<Statement, { kind: 'queue' }>): string =>
  [
    'queue',
    ...(flags.length === 0 ? [] : [`flags ${flags.join(',')}`]),
    `to ${queue}${queueMax === queue ? '' : `-${queueMax}`}`,
  ].join(' ');
