import { printDuration } from '../values/data-type.ts';
import { typesOf } from '../values/expression.ts';
import type { Expression } from '../values/expression.ts';
import type { NftFamily, NftRule } from '../values/rule-set.ts';
import type { QuotaStatement, RejectAnswer, Statement, TranslationStatement } from '../values/statement.ts';
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
    case 'tproxy':
      return `tproxy${statement.family === undefined ? '' : ` ${statement.family}`} to ${printEnd(statement)}`;
    case 'quota':
      return printQuota(statement);
    case 'named-quota':
      return `quota name "${statement.name}"`;
    case 'flow-offload':
      return `flow add @${statement.flowtable}`;
    case 'helper':
      return `ct helper set "${statement.helper}"`;
    case 'no-effect':
    case 'unknown-test':
    case 'not-modelled':
      return statement.text;
  }
};

/** In the largest unit that divides it (data_rate units of src/rule.c, nftables 1.0.6). */
const printQuota = ({ bytes, usedBytes, over }: QuotaStatement): string => {
  const used = usedBytes === 0 ? '' : ` used ${printBytes(usedBytes)}`;
  return `quota ${over ? 'over ' : ''}${printBytes(bytes)}${used}`;
};

const printBytes = (bytes: number): string => {
  const power = bytes === 0 ? 0 : [2, 1].find((exponent) => bytes % 1024 ** exponent === 0) ?? 0;
  return `${bytes / 1024 ** power} ${['bytes', 'kbytes', 'mbytes'][power]}`;
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
const printTranslation = (statement: TranslationStatement): string => {
  const { kind, family, flags, prefix } = statement;
  const destination = printEnd(statement);
  const shown = flags.filter((flag) => flag !== 'netmap');
  return [
    kind,
    ...(family === undefined ? [] : [family]),
    ...(prefix ? ['prefix'] : []),
    ...(destination === '' ? [] : [`to ${destination}`]),
    ...(shown.length === 0 ? [] : [shown.join(',')]),
  ].join(' ');
};

const printEnd = ({ address, port }: Pick<TranslationStatement, 'address' | 'port'>): string => {
  const bare = address === undefined ? '' : printExpression(address);
  const host = port !== undefined && isIpv6(address) ? `[${bare}]` : bare;
  return `${host}${port === undefined ? '' : `:${printExpression(port)}`}`;
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
