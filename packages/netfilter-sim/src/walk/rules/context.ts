import type { Choice } from '../../chance.ts';
import type { Tuple } from '../../conntrack/entry/tuple.ts';
import { DEFAULT_ZONE, entryOf, find } from '../../conntrack/table.ts';
import type { Environment } from '../../flight/environment.ts';
import type { Flight } from '../../flight/flight.ts';
import { socketFor } from '../../flight/socket.ts';
import { addressType } from '../../routing/address-type.ts';
import { passesReversePath } from '../../routing/reverse-path.ts';
import { testMembership } from '../../ruleset/ipset/evaluate/membership.ts';
import type { IptablesPlace } from '../../ruleset/iptables/values/place.ts';
import type { ConntrackView, PacketContext } from '../../ruleset/shared/context.ts';
import { printTableName } from '../../ruleset/shared/hooks.ts';
import type { Hook, TableName } from '../../ruleset/shared/hooks.ts';

/** What a table's rules see of a packet; it follows the flight as targets change it. */
export interface TableContext extends PacketContext {
  /** Something that decides was not given; the walk stops there. */
  unknown: string | undefined;
  /** The rule that is being looked at. */
  at: IptablesPlace | undefined;
}

const nameChoice = (choice: Choice, { table, backEnd, chain, number }: IptablesPlace): string => {
  const where = `${printTableName(table, backEnd)} ${chain} rule ${number}`;
  return choice.kind === 'chance' ? where : `${choice.what}, in ${where}`;
};

const conntrackView = ({ state }: Environment, { conntrack }: Flight): ConntrackView => {
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
    connectionState: (tuple, zone) => connectionState(environment, tuple, zone),
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

const connectionState = ({ state }: Environment, tuple: Tuple, zone: number): 'open' | 'closed' | 'gone' => {
  const found = find(state.conntrack, tuple, { ...DEFAULT_ZONE, id: zone }, state.now);
  if (found === undefined) return 'gone';
  const { tracking } = found.entry;
  // already_closed, net/netfilter/nf_conncount.c, 6.12.
  return tracking.kind === 'tcp' && (tracking.state === 'TIME_WAIT' || tracking.state === 'CLOSE') ? 'closed' : 'open';
};
