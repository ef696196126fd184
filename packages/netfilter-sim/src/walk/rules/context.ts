import type { Choice } from '../../chance.ts';
import type { Environment } from '../../flight/environment.ts';
import type { Flight } from '../../flight/flight.ts';
import { socketFor } from '../../flight/socket.ts';
import type { HostState } from '../../host/host.ts';
import { addressType } from '../../routing/address-type.ts';
import { passesReversePath } from '../../routing/reverse-path.ts';
import { pathSegmentSize } from '../../routing/segment-size.ts';
import { testMembership } from '../../ruleset/ipset/evaluate/membership.ts';
import { printNftPlace } from '../../ruleset/nftables/values/place.ts';
import type { PacketContext, Peek } from '../../ruleset/shared/context.ts';
import { printTableName } from '../../ruleset/shared/hooks.ts';
import type { Hook, TableName } from '../../ruleset/shared/hooks.ts';
import { notModelled } from '../../ruleset/shared/not-modelled.ts';
import type { SetTest } from '../../ruleset/shared/set-reference.ts';
import { listenerFor } from './transparent-proxy.ts';
import type { RulePlace } from './verdict.ts';
import { bridgeView, clockNow, connectionState, conntrackView, socketView } from './views.ts';

/** What a table's rules see of a packet; it follows the flight as targets change it. */
export interface TableContext extends PacketContext {
  /** Something that decides was not given; the walk stops there. */
  unknown: Unknown | undefined;
  /** The rule that is being looked at. */
  at: RulePlace | undefined;
}

interface Unknown {
  readonly what: string;
  /** The name by which it can be assumed. */
  readonly question: string;
}

/** A rule by the name that people call it. */
export const printRulePlace = (place: RulePlace): string =>
  'handle' in place ? printNftPlace(place) : `${printTableName(place.table, place.backEnd)} ${place.chain} rule ${place.number}`;

/** What asks does not know its place; the walk does. One chance in a rule of iptables needs no other name. */
const nameChoice = ({ kind, what }: Choice, place: RulePlace | undefined): string => {
  if (place === undefined) return what;
  const where = printRulePlace(place);
  return kind === 'chance' && !('handle' in place) ? where : `${what}, in ${where}`;
};

export const tableContext = (
  environment: Environment,
  flight: Flight,
  table: TableName,
  hook: Hook,
): TableContext => {
  const { host, state, chance } = environment;
  let forgotten = false;
  /** What a peek would have changed; absent where none is taken. */
  let peeked: Peeked | undefined;
  const context: TableContext = {
    family: flight.packet.family,
    table,
    hook,
    get packet() {
      return flight.packet;
    },
    inDevice: hook === 'OUTPUT' ? '' : flight.inDevice,
    outDevice: hook === 'PREROUTING' || hook === 'INPUT' ? '' : flight.outDevice,
    get mark() {
      return flight.mark;
    },
    get conntrack() {
      return conntrackView(environment, flight);
    },
    owner: flight.owner,
    get now() {
      return state.now;
    },
    get wallClock() {
      return clockNow(state);
    },
    get bridge() {
      return bridgeView(host, flight, hook);
    },
    unknown: undefined,
    at: undefined,

    addressType: (address, device) => addressType(host, address, device),
    reversePath: (options) => passesReversePath(host, flight, options),
    testSet(test) {
      const { updates, counted, key } = setUse(state, test);
      if (counted && state.doubtful.has(key)) return notModelled(`the counters of ipset ${test.set}`);
      if (peeked !== undefined && updates) return spoil(peeked, key, { kind: 'not-in' });
      return testMembership(state.sets, test, context, state.now);
    },
    localSocket: () => socketView(host, flight.assigned ?? socketFor(environment, flight.packet)),
    pathSegmentSize: () =>
      flight.destination === undefined ? undefined : pathSegmentSize(host, flight.packet, flight.destination),
    assignSocket(proxy) {
      const found = listenerFor(environment, flight, proxy);
      if (found === undefined) return false;
      const { socket, known } = found;
      const what = `whether a transparent socket listens on ${socket.address} port ${socket.port}`;
      if (!known && !context.choose({ kind: 'unknown', what })) return false;
      flight.assigned = socket;
      return true;
    },
    connectionState: (tuple, zone) => connectionState(environment, tuple, zone),
    memory<State extends object>(key: string, initial: () => State): State {
      if (peeked !== undefined) return spoil(peeked, key, initial());
      if (state.history === 'unknown' || state.doubtful.has(key)) {
        forgotten = true;
        return initial();
      }
      const known = state.memory.get(key) ?? initial();
      state.memory.set(key, known);
      // A draft hides the object that was just put in; what comes out is the one to change.
      return state.memory.get(key) as State;
    },
    forgot() {
      const answer = forgotten;
      forgotten = false;
      return answer;
    },
    choose(choice) {
      if (peeked !== undefined) return spoil(peeked, undefined, false);
      if (context.unknown !== undefined) return false;
      const question = nameChoice(choice, context.at);
      const answer = chance.choose({ ...choice, what: question });
      if (answer === 'undecided') context.unknown = { what: choice.what, question };
      return answer === true;
    },
    draw: (below) => (peeked === undefined ? chance.integer(below) : spoil(peeked, undefined, 0)),
    peek(): Peek {
      const own: Peeked = { spoiled: false, keys: new Set() };
      return {
        answer(look) {
          own.spoiled = false;
          peeked = own;
          const answer = look();
          peeked = undefined;
          return own.spoiled ? undefined : answer;
        },
        leaveOpen() {
          for (const key of own.keys) state.doubtful.add(key);
        },
      };
    },
  };
  return context;
};

/** What was looked at without being reached, so that its answer counts for nothing. */
interface Peeked {
  spoiled: boolean;
  readonly keys: Set<string>;
}

const spoil = <Answer>(peeked: Peeked, key: string | undefined, answer: Answer): Answer => {
  peeked.spoiled = true;
  if (key !== undefined) peeked.keys.add(key);
  return answer;
};

/** Whether a test of a set changes counters in it, and whether it reads them. */
const setUse = (
  { sets }: HostState,
  { set, updateCounters, counters }: SetTest,
): { readonly updates: boolean; readonly counted: boolean; readonly key: string } => ({
  updates: updateCounters && (sets.get(set)?.options.counters ?? false),
  counted: counters.length > 0,
  key: `ipset ${set}`,
});
