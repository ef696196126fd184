import type { Port } from '../../../packet/port.ts';
import { printInterval } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import type { WrittenOption } from '../extension/extension.ts';
import { findOption, is, isWhole, not, portsValue, refuse } from '../extension/option-values.ts';

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

/**
 * Modules of iptables differ in how they read ports: `number`, in any base, and a range must rise; or `resolver`, where
 * the low end may be above the high one, and then nothing holds.
 */
type PortReading = 'number' | 'resolver';

const readOne = (options: readonly WrittenOption[], name: string, by: PortReading): PortsTest | undefined => {
  const option = findOption(options, name);
  if (option === undefined) return undefined;
  const ports = portsValue(option, by);
  if (by === 'number' && ports.min > ports.max) refuse(option, 'a range LOW:HIGH with LOW not above HIGH');
  return { ports, inverted: option.inverted };
};

export const readPorts = (options: readonly WrittenOption[], by: PortReading): PortTests => {
  const sport = readOne(options, '--sport', by);
  const dport = readOne(options, '--dport', by);
  return { ...(sport === undefined ? {} : { sport }), ...(dport === undefined ? {} : { dport }) };
};

export const ALL_PORTS: Interval = { min: 0, max: 65535 };

/** `unless-whole`: the whole range is not printed, even where it is inverted (tcp_save of libxt_tcp.c). */
type PrintWhen = 'always' | 'unless-whole';

const printOne = (name: string, test: PortsTest | undefined, when: PrintWhen): readonly string[] =>
  test === undefined || (when === 'unless-whole' && isWhole(test.ports, ALL_PORTS))
    ? []
    : [`${not(test.inverted)}${name} ${printInterval(test.ports)}`];

export const printPorts = ({ sport, dport }: PortTests, when: PrintWhen = 'unless-whole'): readonly string[] => [
  ...printOne('--sport', sport, when),
  ...printOne('--dport', dport, when),
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
