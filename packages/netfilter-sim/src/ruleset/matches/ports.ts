import type { Port } from '../../packet/port.ts';
import type { WrittenOption } from '../extension.ts';
import { findOption, is, not, portsValue, printInterval } from '../option-values.ts';
import type { Interval } from '../option-values.ts';

/** One port or a range. */
export interface PortsTest {
  readonly ports: Interval;
  readonly inverted: boolean;
}

export interface PortTests {
  readonly sport?: PortsTest;
  readonly dport?: PortsTest;
}

export const PORT_OPTIONS = {
  '--sport': { values: 1, invertible: true, aliases: ['--source-port'] },
  '--dport': { values: 1, invertible: true, aliases: ['--destination-port'] },
} as const;

const readOne = (options: readonly WrittenOption[], name: string): PortsTest | undefined => {
  const option = findOption(options, name);
  return option === undefined ? undefined : { ports: portsValue(option), inverted: option.inverted };
};

export const readPorts = (options: readonly WrittenOption[]): PortTests => {
  const sport = readOne(options, '--sport');
  const dport = readOne(options, '--dport');
  return { ...(sport === undefined ? {} : { sport }), ...(dport === undefined ? {} : { dport }) };
};

/** The whole range is not printed, even where it is inverted (tcp_save of libxt_tcp.c). */
const printOne = (name: string, test: PortsTest | undefined): readonly string[] =>
  test === undefined || (test.ports.min === 0 && test.ports.max === 65535)
    ? []
    : [`${not(test.inverted)}${name} ${printInterval(test.ports)}`];

export const printPorts = ({ sport, dport }: PortTests): readonly string[] => [
  ...printOne('--sport', sport),
  ...printOne('--dport', dport),
];

const holdsOne = (test: PortsTest | undefined, port: Port): boolean =>
  test === undefined || (port >= test.ports.min && port <= test.ports.max) !== test.inverted;

export const holdsPorts = (
  { sport, dport }: PortTests,
  packet: { readonly sport: Port; readonly dport: Port },
): boolean => holdsOne(sport, packet.sport) && holdsOne(dport, packet.dport);

const describeOne = (side: string, test: PortsTest | undefined): readonly string[] =>
  test === undefined ? [] : [`${side} port ${is(test.inverted)} ${printInterval(test.ports, '–')}`];

export const describePorts = ({ sport, dport }: PortTests): readonly string[] => [
  ...describeOne('source', sport),
  ...describeOne('destination', dport),
];
