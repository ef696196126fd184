import type { PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { typesOf } from '../values/expression.ts';
import { printNftPlace } from '../values/place.ts';
import type { NftRule } from '../values/rule-set.ts';
import type { RejectAnswer, Statement } from '../values/statement.ts';
import { evaluateAssignment } from './assignment.ts';
import type { NftContext } from './context.ts';
import { evaluateExpression } from './expression.ts';
import { evaluateLimit } from './limit.ts';
import { holdsElement, lookUp } from './lookup.ts';
import { evaluateMatch } from './match.ts';
import { evaluateNeighbours, neighbours } from './neighbours.ts';
import { GO_ON, outcomeOf, STOP } from './outcome.ts';
import type { RuleOutcome, StatementOutcome } from './outcome.ts';
import { evaluateQuota } from './quota.ts';
import { evaluateSetStatement } from './set-statement.ts';
import { evaluateTproxy, evaluateTranslation } from './translation.ts';
import { which } from './which.ts';

/**
 * Looks at a rule's statements, from left to right, up to the first that does not hold or decides (`nft_do_chain`).
 * What is not known is asked for only where no test behind it fails anyway.
 */
export const evaluateNftRule = (rule: NftRule, context: NftContext): RuleOutcome => {
  for (const at of rule.statements.keys()) {
    const outcome = evaluateAt(rule.statements, at, context);
    if (outcome.kind === 'stop') return { kind: 'no-match' };
    if (outcome.kind === 'unknown') {
      if (failsBehind(rule.statements, at, context)) return { kind: 'no-match' };
      if (!context.seen.choose(outcome)) return { kind: 'no-match' };
    } else if (outcome.kind !== 'go-on') return outcome;
  }
  return { kind: 'continue' };
};

const evaluateAt = (statements: readonly Statement[], at: number, context: NftContext): StatementOutcome => {
  const [statement, position] = [statements[at], `statement ${at + 1}`];
  const beside = neighbours(statements, at);
  if (beside === 'seen' || statement === undefined) return GO_ON;
  return beside === 'none' ? evaluateStatement(statement, context, position) : outcomeOf(evaluateNeighbours(beside, context, position));
};

/** False and unknown is false; a statement that would change what later tests see ends the look ahead. */
const failsBehind = (statements: readonly Statement[], unknown: number, context: NftContext): boolean => {
  const peek = context.seen.peek();
  const counted: (string | undefined)[] = [];
  for (const [at, statement] of statements.entries()) {
    if (at <= unknown) continue;
    switch (lookAhead(statement)) {
      case 'test': {
        const outcome = peek.answer(() => evaluateAt(statements, at, context));
        if (outcome?.kind !== 'stop') break;
        peek.leaveOpen();
        for (const name of counted) context.mayCount(name);
        return true;
      }
      case 'counts':
        counted.push(statement.kind === 'named-counter' ? statement.name : undefined);
        break;
      case 'passes':
        break;
      case 'acts':
        return false;
    }
  }
  return false;
};

/** What a statement is to a packet that may not get there. */
const lookAhead = ({ kind }: Statement): 'test' | 'counts' | 'passes' | 'acts' => {
  switch (kind) {
    case 'match':
    case 'limit':
    case 'named-limit':
    case 'quota':
    case 'named-quota':
    case 'unknown-test':
      return 'test';
    case 'counter':
    case 'named-counter':
      return 'counts';
    case 'log':
    case 'no-effect':
      return 'passes';
    case 'verdict':
    case 'verdict-map':
    case 'assign':
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
    case 'notrack':
    case 'reject':
    case 'queue':
    case 'set':
    case 'flow-offload':
    case 'helper':
    case 'tproxy':
    case 'not-modelled':
      return 'acts';
  }
};

const evaluateStatement = (statement: Statement, context: NftContext, position: string): StatementOutcome => {
  const { table, seen, place } = context;
  switch (statement.kind) {
    case 'match':
      return outcomeOf(evaluateMatch(statement, context, position));
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
      return outcomeOf(evaluateLimit(statement, context, `${printNftPlace(place)} ${position}`));
    case 'named-limit': {
      const limit = table.limits.get(statement.name);
      if (limit === undefined) return notModelled(`limit name "${statement.name}"`);
      return outcomeOf(evaluateLimit(limit, context, `${table.family} ${table.name} ${statement.name}`));
    }
    case 'assign':
      return evaluateAssignment(statement, context, position);
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return evaluateTranslation(statement, context, position);
    case 'notrack':
      // nft_notrack_eval asks for an entry (net/netfilter/nft_ct.c, 6.18), xt_CT.c for anything at all.
      return context.change({ kind: 'untrack', evenBlotted: true }) ?? GO_ON;
    case 'reject':
      return evaluateReject(statement.answer, context);
    case 'log':
      return context.change({ kind: 'log', prefix: statement.prefix }) ?? GO_ON;
    case 'queue':
      if (statement.queueMax !== statement.queue) return notModelled('queue to several programs');
      return { kind: 'queue', queue: statement.queue, bypass: statement.flags.includes('bypass') };
    case 'set':
      return evaluateSetStatement(statement, context, position);
    case 'tproxy':
      return evaluateTproxy(statement, context, position);
    case 'quota':
      return outcomeOf(evaluateQuota(statement, seen, `${printNftPlace(place)} ${position}`));
    case 'named-quota': {
      const quota = table.quotas.get(statement.name);
      if (quota === undefined) return notModelled(`quota name "${statement.name}"`);
      return outcomeOf(evaluateQuota(quota, seen, `${table.family} ${table.name} ${statement.name}`));
    }
    case 'flow-offload':
      return (offloads(seen) ? context.change({ kind: 'offload' }) : undefined) ?? GO_ON;
    case 'helper':
      return context.change({ kind: 'set-helper', helper: table.helpers.get(statement.helper) ?? statement.helper }) ?? GO_ON;
    case 'no-effect':
      return GO_ON;
    case 'unknown-test':
      return { kind: 'unknown', what: statement.what };
    case 'not-modelled':
      return notModelled(`${statement.what} for ${seen.family === 'ipv4' ? 'IPv4' : 'IPv6'} packets`);
  }
};

/** nft_flow_offload_eval (net/netfilter/nft_flow_offload.c, 6.12): only a connection that was answered is taken over. */
const offloads = ({ conntrack, packet }: PacketContext): boolean =>
  (packet.kind === 'udp' || packet.kind === 'tcp') && conntrack.kind === 'tracked' && conntrack.entry.status.seenReply;

const evaluateVerdictMap = (
  { key, data }: Extract<Statement, { kind: 'verdict-map' }>,
  context: NftContext,
  position: string,
): StatementOutcome => {
  const value = evaluateExpression(key, context, position);
  if (value.kind === 'break') return STOP;
  const parts = value.kind === 'value' ? value.parts : typesOf(key).map(() => value);
  const found = which(lookUp(data, parts, context), key, context);
  switch (found.kind) {
    case 'absent':
      return STOP;
    case 'not-modelled':
      return found;
    case 'found': {
      const { data: behind } = found.element;
      const holds = holdsElement(found, context);
      if (holds !== true) return holds === false ? STOP : holds;
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
