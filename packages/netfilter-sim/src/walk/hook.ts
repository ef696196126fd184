import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import type { HookFunction } from '../hooks/order.ts';
import { functionsAt, natFunctionsAt, tableAt, translates } from '../hooks/schedule.ts';
import type { EdgeFunction, NftFunction, ScheduledFunction } from '../hooks/schedule.ts';
import type { Hook } from '../ruleset/shared/hooks.ts';
import type { DropReason } from '../trace/disposition.ts';
import { drop, end, EPERM, proceed } from './ending.ts';
import { sendRulesError } from './icmp-error.ts';
import { rejectError } from './reject.ts';
import { routeAgain } from './route.ts';
import { runTable } from './rules/iptables.ts';
import { runBaseChain } from './rules/nftables.ts';
import type { TableVerdict, RulePlace } from './rules/verdict.ts';
import { answerOpen } from './synproxy.ts';
import { sendReset } from './tcp-reset.ts';
import { runConfirm, runConntrack } from './tracking.ts';
import { runNat } from './translate.ts';

/** Runs the function that is next at a hook; `passed` once there is none. */
export const runNextFunction = (environment: Environment, flight: Flight, hook: Hook, next: number): 'ran' | 'passed' => {
  const found = functionsAt(environment.host, flight.packet.family, hook)[next];
  if (found === undefined) return 'passed';
  flight.stage = { kind: 'hook', hook, next: next + 1 };
  runFunction(environment, flight, found);
  return 'ran';
};

const runFunction = (environment: Environment, flight: Flight, found: ScheduledFunction): void => {
  const { hook, runs } = found;
  switch (runs) {
    case 'conntrack':
      runConntrack(environment, flight, hook);
      return;
    case 'confirm':
      runConfirm(environment, flight, hook);
      return;
    case 'nat':
      if (translates(environment.host, flight.packet.family)) natHook(environment, flight, hook);
      return;
    case 'nftables':
      nftHook(environment, flight, found);
      return;
    case 'edge':
      edgeHook(environment, flight, found);
      return;
    case 'raw':
    case 'mangle':
    case 'filter':
    case 'security':
      tableHook(environment, flight, found);
  }
};

const tableHook = (environment: Environment, flight: Flight, found: HookFunction): void => {
  const { hook } = found;
  // A table that the node never loaded is not asked.
  const table = tableAt(environment.host, flight.packet.family, found);
  if (table === undefined) return;
  const run = (): void => conclude(environment, flight, hook, runTable(environment, flight, table, hook));
  if (table.name === 'mangle' && hook === 'OUTPUT') reroutingAfter(environment, flight, run);
  else run();
};

const nftHook = (environment: Environment, flight: Flight, at: NftFunction): void => {
  const run = (): void => conclude(environment, flight, at.hook, runBaseChain(environment, flight, at));
  if (at.chain.base.type === 'route') reroutingAfter(environment, flight, run);
  else run();
};

/** What stands at the hooks of the devices is read, and not more. */
const edgeHook = (environment: Environment, flight: Flight, { hook, chains }: EdgeFunction): void => {
  const device = hook === 'PREROUTING' ? flight.inDevice : flight.outDevice;
  const found = chains.find(({ devices }) => devices.length === 0 || devices.includes(device));
  if (found === undefined) return;
  const { family, table, chain, hook: edge } = found;
  end(environment, flight, { kind: 'not-modelled', what: `chain ${chain} of table ${family} ${table} at the ${edge} of ${device}` });
};

/** ipt_mangle_out (iptable_mangle.c, 6.12) and nf_route_table_hook4 (nft_chain_route.c): routing looked at what changed. */
const reroutingAfter = (environment: Environment, flight: Flight, run: () => void): void => {
  const { packet, mark } = flight;
  run();
  if (flight.stage.kind !== 'hook') return;
  const after = flight.packet;
  const changed =
    after.src !== packet.src || after.dst !== packet.dst || flight.mark !== mark || after.tos !== packet.tos;
  const reroutes = packet.family === 'ipv4' ? changed : changed || after.ttl !== packet.ttl;
  if (reroutes) proceed(environment, flight, routeAgain(environment, flight));
};

const natHook = (environment: Environment, flight: Flight, hook: Hook): void => {
  const { dst } = flight.packet;
  const verdict = runNat(environment, flight, natFunctionsAt(environment.host, flight.packet.family, hook), hook);
  switch (verdict.kind) {
    case 'dropped':
      drop(environment, flight, verdict.reason, hook === 'OUTPUT' || hook === 'POSTROUTING' ? EPERM : undefined);
      return;
    case 'table':
      conclude(environment, flight, hook, verdict.verdict);
      return;
    case 'accept':
      break;
  }
  if (flight.packet.dst === dst) return;
  if (hook === 'PREROUTING') flight.destination = undefined;
  if (hook === 'OUTPUT') proceed(environment, flight, routeAgain(environment, flight));
};

const conclude = (environment: Environment, flight: Flight, hook: Hook, verdict: TableVerdict): void => {
  const local = flight.origin !== 'device' && (hook === 'OUTPUT' || hook === 'POSTROUTING');
  switch (verdict.kind) {
    case 'accept':
      return;
    case 'translate':
      end(environment, flight, { kind: 'not-modelled', what: 'translation outside the nat table' });
      return;
    case 'not-modelled':
      end(environment, flight, verdict);
      return;
    case 'queue':
      park(environment, flight, verdict.queue);
      return;
    case 'reject': {
      const error = rejectError(verdict.with, flight.packet.family);
      if (error === 'tcp-reset') sendReset(environment, flight, 'attach');
      else sendRulesError(environment, flight, error);
      if (flight.stage.kind !== 'ended') drop(environment, flight, dropReason('rejected', verdict.place), local ? EPERM : undefined);
      return;
    }
    case 'answer-open':
      answerOpen(environment, flight, verdict);
      drop(environment, flight, dropReason('answered-open', verdict.place));
      return;
    case 'drop':
      drop(environment, flight, dropReason(verdict.by, verdict.place), local ? EPERM : undefined);
  }
};

const dropReason = (by: 'rule' | 'policy' | 'malformed' | 'rejected' | 'answered-open', place: RulePlace): DropReason => {
  if ('handle' in place) return { kind: `nft-${by === 'malformed' || by === 'answered-open' ? 'rule' : by}`, ...place };
  const { table, backEnd, chain, number } = place;
  const at = { table, ...(backEnd === undefined ? {} : { backEnd }), chain };
  return by === 'policy' ? { kind: by, ...at } : { kind: by, ...at, number };
};

/** `-j NFQUEUE`: the packet waits where it is; its entry stays unconfirmed. */
const park = ({ trace }: Environment, flight: Flight, queue: number): void => {
  const { stage } = flight;
  if (stage.kind !== 'hook') return;
  flight.stage = { kind: 'held', queue, behind: { hook: stage.hook, next: stage.next } };
  trace.push({ kind: 'held', queue });
};
