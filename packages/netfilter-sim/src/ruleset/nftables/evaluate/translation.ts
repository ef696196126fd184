import type { NatRange } from '../../../nat/range.ts';
import { addressBits, addressFromBits, addressWidth } from '../../../packet/address.ts';
import type { Address, Family } from '../../../packet/address.ts';
import type { Packet } from '../../../packet/packet.ts';
import { port } from '../../../packet/port.ts';
import type { Port } from '../../../packet/port.ts';
import type { Proxy } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { NotModelled } from '../../shared/not-modelled.ts';
import type { Component } from '../values/component.ts';
import type { Expression } from '../values/expression.ts';
import type { Statement, TranslationStatement } from '../values/statement.ts';
import type { NftContext } from './context.ts';
import { evaluateExpression } from './expression.ts';
import { GO_ON, STOP } from './outcome.ts';
import type { StatementOutcome } from './outcome.ts';
import type { Value } from './value.ts';

interface Interval {
  readonly min: bigint;
  readonly max: bigint;
}

/** net/netfilter/nft_nat.c, nft_masq.c and nft_redir.c, 6.12. */
export const evaluateTranslation = (
  statement: TranslationStatement,
  context: NftContext,
  position: string,
): StatementOutcome => {
  const { family } = context.seen;
  // In inet tables the statement is for one family; packets of the other pass it by.
  if (statement.family !== undefined && (statement.family === 'ip') !== (family === 'ipv4')) return GO_ON;
  if (statement.prefix || statement.flags.includes('netmap')) return mapNetwork(statement, context.seen.packet);
  const address = intervalsOf(statement.address, context, `${position}.address`);
  if (address.kind !== 'intervals') return address.kind === 'break' ? STOP : address;
  const ports = intervalsOf(statement.port, context, `${position}.port`);
  if (ports.kind !== 'intervals') return ports.kind === 'break' ? STOP : ports;
  const [addresses, ownPorts] = address.intervals;
  const range: NatRange = {
    ...(addresses === undefined ? {} : { addresses: addressesOf(family, addresses) }),
    ...portsOf(ports.intervals[0] ?? ownPorts),
    random: statement.flags.includes('random'),
    randomFully: statement.flags.includes('fully-random'),
    persistent: statement.flags.includes('persistent'),
  };
  switch (statement.kind) {
    case 'dnat':
      return { kind: 'translate', manip: 'destination', range };
    case 'snat':
      return { kind: 'translate', manip: 'source', range };
    case 'masquerade':
    case 'redirect':
      return { kind: statement.kind, range };
  }
};

/** `dnat prefix to 10.0.0.0/24`: the bits of the host stay (`nft_nat_setup_netmap`, net/netfilter/nft_nat.c, 6.12). */
const mapNetwork = ({ kind, address, port }: TranslationStatement, { family, src, dst }: Packet): StatementOutcome => {
  if (address?.kind !== 'constant' || address.component.kind !== 'prefix' || port !== undefined)
    return notModelled('translation of prefixes by a map or with ports');
  const { min, length } = address.component;
  const width = addressWidth(family);
  const mask = ((1n << BigInt(length)) - 1n) << BigInt(width - length);
  // Of IPv4 it leaves octets unset that decide whether the connection counts as translated where its address stays.
  const before = addressBits(kind === 'snat' ? src : dst);
  if (family === 'ipv4' && ((before & ~mask) | (min & mask)) === before) return notModelled('a prefix that leaves the address as it is');
  return { kind: 'map-network', address: addressFromBits(family, min), mask };
};

/** net/netfilter/nft_tproxy.c, 6.12: without a listener the rule ends. */
export const evaluateTproxy = (
  statement: Extract<Statement, { kind: 'tproxy' }>,
  context: NftContext,
  position: string,
): StatementOutcome => {
  const { family, packet } = context.seen;
  if (statement.family !== undefined && (statement.family === 'ip') !== (family === 'ipv4')) return STOP;
  if (packet.kind !== 'udp' && packet.kind !== 'tcp') return STOP;
  const address = intervalsOf(statement.address, context, `${position}.address`);
  if (address.kind !== 'intervals') return address.kind === 'break' ? STOP : address;
  const ports = intervalsOf(statement.port, context, `${position}.port`);
  if (ports.kind !== 'intervals') return ports.kind === 'break' ? STOP : ports;
  const [at, ownPort] = address.intervals;
  const port = ports.intervals[0] ?? ownPort;
  const proxy: Proxy = {
    ...(at === undefined ? {} : { address: addressesOf(family, at).min }),
    ...(port === undefined ? {} : { port: portOf(port.min) }),
  };
  return context.seen.assignSocket(proxy) ? GO_ON : STOP;
};

/** Registers are read as wide as an address or a port is. */
const lowBits = (bits: bigint, width: number): bigint => bits & ((1n << BigInt(width)) - 1n);

const addressesOf = (family: Family, { min, max }: Interval): { readonly min: Address; readonly max: Address } => {
  const width = addressWidth(family);
  return { min: addressFromBits(family, lowBits(min, width)), max: addressFromBits(family, lowBits(max, width)) };
};

const PORT_BITS = 16;
const portOf = (bits: bigint): Port => port(Number(lowBits(bits, PORT_BITS)));

const portsOf = (interval: Interval | undefined): { readonly ports?: { readonly min: Port; readonly max: Port } } =>
  interval === undefined ? {} : { ports: { min: portOf(interval.min), max: portOf(interval.max) } };

type Intervals =
  | { readonly kind: 'intervals'; readonly intervals: readonly Interval[] }
  | Extract<Value, { kind: 'break' }>
  | NotModelled;

/** A range that is written out, or the value of an expression; two parts are an address and a port. */
const intervalsOf = (expression: Expression | undefined, context: NftContext, position: string): Intervals => {
  if (expression === undefined) return { kind: 'intervals', intervals: [] };
  if (expression.kind === 'constant') {
    const interval = intervalOf(expression.component);
    return interval === undefined
      ? notModelled('a destination that is no number')
      : { kind: 'intervals', intervals: [interval] };
  }
  const value = evaluateExpression(expression, context, position);
  if (value.kind !== 'value') return value;
  const numbers = value.parts.flatMap((part) => (typeof part === 'bigint' ? [part] : []));
  return numbers.length === value.parts.length
    ? { kind: 'intervals', intervals: numbers.map((part) => ({ min: part, max: part })) }
    : notModelled('a destination that is no number');
};

const intervalOf = (component: Component): Interval | undefined => {
  switch (component.kind) {
    case 'value':
      return typeof component.value === 'bigint' ? { min: component.value, max: component.value } : undefined;
    case 'range':
    case 'prefix':
      return component;
    case 'begins-with':
    case 'unknown':
      return undefined;
  }
};
