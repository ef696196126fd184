import { notModelled } from '../../shared/not-modelled.ts';
import { printNftPlace } from '../values/place.ts';
import type { NftRule } from '../values/rule-set.ts';
import type { RejectAnswer, Statement } from '../values/statement.ts';
import { evaluateAssignment } from './assignment.ts';
import type { NftContext } from './context.ts';
import { evaluateExpression } from './expression.ts';
import { evaluateLimit } from './limit.ts';
import { holdsElement, lookUp } from './lookup.ts';
import { evaluateMatch } from './match.ts';
import { GO_ON, STOP } from './outcome.ts';
import type { RuleOutcome, StatementOutcome } from './outcome.ts';
import { evaluateSetStatement } from './set-statement.ts';
import { evaluateTranslation } from './translation.ts';

/** Looks at a rule's statements, from left to right, up to the first that does not hold or decides (`nft_do_chain`). */
export const evaluateNftRule = (rule: NftRule, context: NftContext): RuleOutcome => {
  for (const [at, statement] of rule.statements.entries()) {
    const outcome = evaluateStatement(statement, context, `statement ${at + 1}`);
    if (outcome.kind === 'stop') return { kind: 'no-match' };
    if (outcome.kind !== 'go-on') return outcome;
  }
  return { kind: 'continue' };
};

const evaluateStatement = (statement: Statement, context: NftContext, position: string): StatementOutcome => {
  const { table, seen, place } = context;
  switch (statement.kind) {
    case 'match':
      return evaluateMatch(statement, context, position);
    case 'verdict':
      return statement.verdict;
    case 'verdict-map':
      return evaluateVerdictMap(statement, context, position);
    case 'counter':
      context.count(undefined);
      return GO_ON;
    case 'named-counter':
      context.count(statement.name);
      return GO_ON;
    case 'limit':
      return evaluateLimit(statement, context, `${printNftPlace(place)} ${position}`) ? GO_ON : STOP;
    case 'named-limit': {
      const limit = table.limits.get(statement.name);
      if (limit === undefined) return notModelled(`limit name "${statement.name}"`);
      return evaluateLimit(limit, context, `${table.family} ${table.name} ${statement.name}`) ? GO_ON : STOP;
    }
    case 'assign':
      return evaluateAssignment(statement, context, position);
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return evaluateTranslation(statement, context, position);
    case 'notrack':
      return context.change({ kind: 'untrack' }) ?? GO_ON;
    case 'reject':
      return evaluateReject(statement.answer, context);
    case 'log':
      return context.change({ kind: 'log', prefix: statement.prefix }) ?? GO_ON;
    case 'queue':
      if (statement.queueMax !== statement.queue) return notModelled('queue to several programs');
      return { kind: 'queue', queue: statement.queue, bypass: statement.flags.includes('bypass') };
    case 'set':
      return evaluateSetStatement(statement, context, position);
    case 'not-modelled':
      return notModelled(`${statement.what} for ${seen.family === 'ipv4' ? 'IPv4' : 'IPv6'} packets`);
  }
};

const evaluateVerdictMap = (
  { key, data }: Extract<Statement, { kind: 'verdict-map' }>,
  context: NftContext,
  position: string,
): StatementOutcome => {
  const value = evaluateExpression(key, context, position);
  if (value.kind !== 'value') return value.kind === 'break' ? STOP : value;
  const found = lookUp(data, value.parts, context);
  switch (found.kind) {
    case 'absent':
      return STOP;
    case 'not-modelled':
      return found;
    case 'found': {
      const { data: behind } = found.element;
      if (!holdsElement(found, context)) return STOP;
      return behind?.kind === 'verdict' ? behind.verdict : notModelled('a map without verdicts');
    }
  }
};

/** The codes of `icmpx` in each family (nft_reject_icmp_code and its IPv6 twin, net/netfilter/nft_reject.c, 6.12). */
const ICMPX = {
  'port-unreachable': { ipv4: 'icmp-port-unreachable', ipv6: 'icmp6-port-unreachable' },
  'admin-prohibited': { ipv4: 'icmp-admin-prohibited', ipv6: 'icmp6-adm-prohibited' },
  'no-route': { ipv4: 'icmp-net-unreachable', ipv6: 'icmp6-no-route' },
  'host-unreachable': { ipv4: 'icmp-host-unreachable', ipv6: 'icmp6-addr-unreachable' },
} as const;

/** nft's words for codes, in those of iptables. */
const ICMP: Readonly<Record<string, string>> = {
  'net-unreachable': 'icmp-net-unreachable',
  'host-unreachable': 'icmp-host-unreachable',
  'prot-unreachable': 'icmp-proto-unreachable',
  'port-unreachable': 'icmp-port-unreachable',
  'net-prohibited': 'icmp-net-prohibited',
  'host-prohibited': 'icmp-host-prohibited',
  'admin-prohibited': 'icmp-admin-prohibited',
};

const ICMPV6: Readonly<Record<string, string>> = {
  'no-route': 'icmp6-no-route',
  'admin-prohibited': 'icmp6-adm-prohibited',
  'addr-unreachable': 'icmp6-addr-unreachable',
  'port-unreachable': 'icmp6-port-unreachable',
  'policy-fail': 'icmp6-policy-fail',
  'reject-route': 'icmp6-reject-route',
};

const evaluateReject = (answer: RejectAnswer, { seen: { family, packet } }: NftContext): StatementOutcome => {
  const rejected = (name: string | undefined): StatementOutcome =>
    name === undefined
      ? notModelled(`reject with ${'code' in answer ? answer.code : ''}`)
      : { kind: 'reject', with: name };
  switch (answer.kind) {
    case 'tcp-reset':
      // nft puts a test of the protocol in front, and does not list it.
      return packet.kind === 'tcp' ? rejected('tcp-reset') : STOP;
    case 'icmpx':
      return rejected(Object.hasOwn(ICMPX, answer.code) ? ICMPX[answer.code as keyof typeof ICMPX][family] : undefined);
    case 'icmp':
      return family === 'ipv4' ? rejected(ICMP[answer.code]) : STOP;
    case 'icmpv6':
      return family === 'ipv6' ? rejected(ICMPV6[answer.code]) : STOP;
  }
};
