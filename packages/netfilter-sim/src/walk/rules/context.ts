import type { Choice } from '../../chance.ts';
import type { Tuple } from '../../conntrack/entry/tuple.ts';
import type { Environment } from '../../flight/environment.ts';
import type { Flight } from '../../flight/flight.ts';
import { interfaceNamed } from '../../host/host.ts';
import type { HostState } from '../../host/host.ts';
import type { Address, Family } from '../../packet/address.ts';
import type { Packet } from '../../packet/packet.ts';
import { addressType } from '../../routing/address-type.ts';
import { fibDevice, fibType } from '../../routing/fib-expression.ts';
import { passesReversePath } from '../../routing/reverse-path.ts';
import { pathSegmentSize } from '../../routing/segment-size.ts';
import { testMembership } from '../../ruleset/ipset/evaluate/membership.ts';
import { printNftPlace } from '../../ruleset/nftables/values/place.ts';
import type { AddressType, ConntrackView, FibQuery, FrameView, LocalSocket, OwnerView, PacketContext, Peek, Proxy } from '../../ruleset/shared/context.ts';
import { printTableName } from '../../ruleset/shared/hooks.ts';
import type { Hook, TableName } from '../../ruleset/shared/hooks.ts';
import { notModelled } from '../../ruleset/shared/not-modelled.ts';
import type { NotModelled } from '../../ruleset/shared/not-modelled.ts';
import type { SetAnswer, SetTest } from '../../ruleset/shared/set-reference.ts';
import type { Instant } from '../../time.ts';
import { addLabel, hasLabel, labelKey } from './labels.ts';
import { socketOf } from './socket-lookup.ts';
import { listenerFor } from './transparent-proxy.ts';
import type { RulePlace } from './verdict.ts';
import { bridgeView, clockNow, connectionState, conntrackView, socketView } from './views.ts';

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

/**
 * What a table's rules see of a packet; it follows the flight as targets change it. A class, since there is one for each
 * table that a packet meets.
 */
export class TableContext implements PacketContext {
  /** Something that decides was not given; the walk stops there. */
  unknown: Unknown | undefined = undefined;
  /** The rule that is being looked at. */
  at: RulePlace | undefined = undefined;
  readonly family: Family;
  readonly table: TableName;
  readonly hook: Hook;
  readonly inDevice: string;
  readonly outDevice: string;
  readonly owner: OwnerView;
  readonly #environment: Environment;
  readonly #flight: Flight;
  #forgotten = false;
  /** What a peek would have changed; absent where none is taken. */
  #peeked: Peeked | undefined = undefined;

  constructor(environment: Environment, flight: Flight, table: TableName, hook: Hook) {
    this.family = flight.packet.family;
    this.table = table;
    this.hook = hook;
    // br_netfilter tells POSTROUTING no device by which a frame came in (`br_nf_post_routing`, 6.18); IP does.
    this.inDevice = hook === 'OUTPUT' || (hook === 'POSTROUTING' && flight.bridged) ? '' : flight.inDevice;
    this.outDevice = hook === 'PREROUTING' || hook === 'INPUT' ? '' : flight.outDevice;
    this.owner = flight.owner;
    this.#environment = environment;
    this.#flight = flight;
  }

  get packet(): Packet {
    return this.#flight.packet;
  }

  get mark(): number {
    return this.#flight.mark;
  }

  get conntrack(): ConntrackView {
    return conntrackView(this.#environment, this.#flight);
  }

  /** A copy of what the host sends to many counts as from the loopback device (PACKET_LOOPBACK). */
  get isCopy(): boolean {
    const { frame } = this.#flight;
    return frame !== undefined && frame.sourceMac === undefined;
  }

  get link(): FrameView | undefined {
    return this.#flight.frame;
  }

  get now(): Instant {
    return this.#environment.state.now;
  }

  get wallClock(): PacketContext['wallClock'] {
    return clockNow(this.#environment.state);
  }

  get bridge(): PacketContext['bridge'] {
    return bridgeView(this.#environment.host, this.#flight, this.hook);
  }

  fibType(query: FibQuery): AddressType {
    return fibType(this.#environment.host, this, query);
  }

  fibDevice(query: FibQuery): string | undefined {
    return fibDevice(this.#environment.host, this, query);
  }

  addressType(address: Address, device?: string): AddressType {
    return addressType(this.#environment.host, address, device);
  }

  reversePath(options: Parameters<PacketContext['reversePath']>[0]): boolean {
    return this.isCopy || passesReversePath(this.#environment.host, this.#flight, options);
  }

  deviceGroup(device: string): number | undefined {
    return interfaceNamed(this.#environment.host, device)?.group;
  }

  realms(): number | undefined {
    const realms = this.#flight.destination?.realms ?? 0;
    return realms === 'unknown' ? undefined : realms;
  }

  connectionLabel(label: number, set: boolean): boolean | NotModelled {
    const key = labelKey(this.#flight, label);
    if (this.#environment.state.doubtful.has(key)) return notModelled(`label ${label} of the connection`);
    if (hasLabel(this.#environment, this.#flight, label)) return true;
    if (!set) return false;
    if (this.#peeked !== undefined) return spoil(this.#peeked, key, true);
    addLabel(this.#environment, this.#flight, label);
    return true;
  }

  testSet(test: SetTest): SetAnswer {
    const { state } = this.#environment;
    const { updates, counted, key } = setUse(state, test);
    if (counted && state.doubtful.has(key)) return notModelled(`the counters of ipset ${test.set}`);
    if (this.#peeked !== undefined && updates) return spoil(this.#peeked, key, { kind: 'not-in' });
    return testMembership(state.sets, test, this, state.now);
  }

  localSocket(): LocalSocket {
    return socketView(this.#environment.host, socketOf(this.#environment, this.#flight));
  }

  pathSegmentSize(): ReturnType<PacketContext['pathSegmentSize']> {
    const { packet, destination } = this.#flight;
    return destination === undefined ? undefined : pathSegmentSize(this.#environment.host, packet, destination);
  }

  assignSocket(proxy: Proxy): boolean {
    const found = listenerFor(this.#environment, this.#flight, proxy);
    if (found === undefined) return false;
    const { socket, known } = found;
    const what = `whether a transparent socket listens on ${socket.address} port ${socket.port}`;
    if (!known && !this.choose({ kind: 'unknown', what })) return false;
    this.#flight.assigned = socket;
    return true;
  }

  connectionState(tuple: Tuple, zone: number): ReturnType<PacketContext['connectionState']> {
    return connectionState(this.#environment, tuple, zone);
  }

  memory<State extends object>(key: string, initial: () => State): State {
    const { state } = this.#environment;
    if (this.#peeked !== undefined) return spoil(this.#peeked, key, initial());
    if (state.history === 'unknown' || state.doubtful.has(key)) {
      this.#forgotten = true;
      return initial();
    }
    const known = state.memory.get(key) ?? initial();
    state.memory.set(key, known);
    // A draft hides the object that was just put in; what comes out is the one to change.
    return state.memory.get(key) as State;
  }

  forgot(): boolean {
    const answer = this.#forgotten;
    this.#forgotten = false;
    return answer;
  }

  choose(choice: Choice): boolean {
    if (this.#peeked !== undefined) return spoil(this.#peeked, undefined, false);
    if (this.unknown !== undefined) return false;
    const question = nameChoice(choice, this.at);
    const answer = this.#environment.chance.choose({ ...choice, what: question });
    if (answer === 'undecided') this.unknown = { what: choice.what, question };
    return answer === true;
  }

  draw(below: number): number {
    return this.#peeked === undefined ? this.#environment.chance.integer(below) : spoil(this.#peeked, undefined, 0);
  }

  peek(): Peek {
    const own: Peeked = { spoiled: false, keys: new Set() };
    const { state } = this.#environment;
    return {
      answer: (look) => {
        own.spoiled = false;
        this.#peeked = own;
        const answer = look();
        this.#peeked = undefined;
        return own.spoiled ? undefined : answer;
      },
      leaveOpen() {
        for (const key of own.keys) state.doubtful.add(key);
      },
    };
  }
}

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
