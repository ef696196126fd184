import type { Choice } from '../chance.ts';
import { entryOf, listed } from '../conntrack/table.ts';
import type { Address } from '../packet/address.ts';
import { prefixContains, prefixOf } from '../packet/prefix.ts';
import { addressType } from '../routing/address-type.ts';
import { passesReversePath } from '../routing/reverse-path.ts';
import type { ConntrackView, PacketContext } from '../ruleset/evaluation.ts';
import { testMembership } from '../ruleset/ipset/membership.ts';
import type { Hook, TableName } from '../ruleset/rule-set.ts';
import type { Environment } from './environment.ts';
import type { Flight } from './flight.ts';
import { socketFor } from './socket.ts';

/** What a table's rules see of a packet; it follows the flight as targets change it. */
export interface TableContext extends PacketContext {
  /** Something that decides was not given; the walk stops there. */
  unknown: string | undefined;
  /** The rule that is being looked at. */
  at: RulePlace | undefined;
}

/** Where a rule stands in its table. */
export interface RulePlace {
  readonly table: TableName;
  readonly chain: string;
  readonly number: number;
}

const nameChoice = (choice: Choice, { table, chain, number }: RulePlace): string => {
  const where = `${table} ${chain} rule ${number}`;
  return choice.kind === 'chance' ? where : `${choice.what}, in ${where}`;
};

export const conntrackView = ({ state }: Environment, { conntrack }: Flight): ConntrackView => {
  switch (conntrack.kind) {
    case 'none':
    case 'blotted':
    case 'template':
      return { kind: 'none' };
    case 'untracked':
      return { kind: 'untracked' };
    case 'tracked': {
      const { info, direction } = conntrack;
      return { kind: 'tracked', info, direction, entry: entryOf(state.conntrack, conntrack.entry) };
    }
  }
};

export const tableContext = (
  environment: Environment,
  flight: Flight,
  table: TableName,
  hook: Hook,
): TableContext => {
  const { host, state, chance } = environment;
  let forgotten = false;
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
    unknown: undefined,
    at: undefined,

    addressType: (address, device) => addressType(host, address, device),
    reversePath: (options) => passesReversePath(host, flight, options),
    testSet(test) {
      return testMembership(state.sets, test, context, state.now);
    },
    localSocket: () => {
      const socket = socketFor(environment, flight.packet);
      if (socket === undefined) return 'none';
      return socket.address === 'any' ? 'wildcard' : 'bound';
    },
    countConnections: (source, maskLength, by) => countConnections(environment, source, maskLength, by),
    memory<State extends object>(key: string, initial: () => State): State {
      if (state.history === 'unknown') {
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
      // The match that asks does not know its place; the walk does.
      const answer = chance.choose(context.at === undefined ? choice : { ...choice, what: nameChoice(choice, context.at) });
      if (answer === 'undecided') context.unknown = choice.what;
      return answer === true;
    },
  };
  return context;
};

const countConnections = (
  { state }: Environment,
  address: Address,
  maskLength: number,
  by: 'src' | 'dst',
): number => {
  const near = prefixOf(address, maskLength);
  return listed(state.conntrack, state.now).filter(({ original }) => prefixContains(near, original[by])).length;
};
