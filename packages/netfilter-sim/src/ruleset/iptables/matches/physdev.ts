import { InputError } from '../../../error.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, Placement, WrittenOption } from '../extension/extension.ts';
import { holdsInterfaceTest, printInterfaceTest, readInterfaceTest } from '../extension/interface-test.ts';
import type { InterfaceTest } from '../extension/interface-test.ts';
import { findOption, is, not } from '../extension/option-values.ts';

interface Flag {
  readonly inverted: boolean;
}

/** Ports of the bridge that the packet crosses (net/netfilter/xt_physdev.c). */
export interface PhysdevMatch {
  readonly kind: 'physdev';
  readonly in?: InterfaceTest;
  readonly out?: InterfaceTest;
  readonly isIn?: Flag;
  readonly isOut?: Flag;
  readonly isBridged?: Flag;
}

const readFlag = (options: readonly WrittenOption[], name: string): Flag | undefined => {
  const option = findOption(options, name);
  return option === undefined ? undefined : { inverted: option.inverted };
};

const holdsFlag = (flag: Flag | undefined, fact: boolean): boolean => flag === undefined || fact !== flag.inverted;

const holdsPort = (test: InterfaceTest | undefined, port: string | undefined): boolean | undefined =>
  test !== undefined && port === undefined ? undefined : holdsInterfaceTest(test, port ?? '');

const printFlag = (name: string, flag: Flag | undefined): readonly string[] =>
  flag === undefined ? [] : [`${not(flag.inverted)}${name}`];

/** The outgoing port is not known yet for what the host itself sends. */
const ALL_BUT_OUTPUT: Placement = { hooks: ['PREROUTING', 'INPUT', 'FORWARD', 'POSTROUTING'] };

export const physdev: MatchModule<'physdev', PhysdevMatch> = {
  name: 'physdev',
  steady: 'always',
  notModelledFor: 'bridges whose ports, or the setting of br_netfilter, were not given',
  options: {
    '--physdev-in': { values: 1, invertible: true },
    '--physdev-out': { values: 1, invertible: true },
    '--physdev-is-in': { values: 0, invertible: true },
    '--physdev-is-out': { values: 0, invertible: true },
    '--physdev-is-bridged': { values: 0, invertible: true },
  },

  parse(options, scope) {
    const inPort = readInterfaceTest(findOption(options, '--physdev-in'));
    const outPort = readInterfaceTest(findOption(options, '--physdev-out'));
    const isIn = readFlag(options, '--physdev-is-in');
    const isOut = readFlag(options, '--physdev-is-out');
    const isBridged = readFlag(options, '--physdev-is-bridged');
    if (options.length === 0) {
      throw new InputError(scope.position, 'match "physdev" has no option', 'add one such as --physdev-is-bridged');
    }
    return {
      kind: 'physdev',
      ...(inPort === undefined ? {} : { in: inPort }),
      ...(outPort === undefined ? {} : { out: outPort }),
      ...(isIn === undefined ? {} : { isIn }),
      ...(isOut === undefined ? {} : { isOut }),
      ...(isBridged === undefined ? {} : { isBridged }),
    };
  },

  placement: ({ out, isOut, isBridged }) =>
    (out !== undefined || isOut !== undefined) && isBridged?.inverted !== false ? ALL_BUT_OUTPUT : {},

  print: (match) =>
    [
      ...printFlag('--physdev-is-in', match.isIn),
      ...printInterfaceTest('--physdev-in', match.in),
      ...printFlag('--physdev-is-out', match.isOut),
      ...printInterfaceTest('--physdev-out', match.out),
      ...printFlag('--physdev-is-bridged', match.isBridged),
    ].join(' '),

  evaluate(match, { bridge }) {
    const tests = [match.in, match.out, match.isIn, match.isOut, match.isBridged];
    // Off a bridge it holds only if every option is inverted (physdev_mt).
    if (bridge === undefined) return answer(tests.every((test) => test === undefined || test.inverted));
    if (bridge === 'unknown') return notModelled('whether br_netfilter notes the ports of a bridge');
    const { inPort, outPort } = bridge;
    // A port whose name is not known is a port nevertheless.
    const flags = holdsFlag(match.isBridged, outPort !== '') && holdsFlag(match.isIn, inPort !== '') && holdsFlag(match.isOut, outPort !== '');
    const names = [inPort === '' ? true : holdsPort(match.in, inPort), holdsPort(match.out, outPort)];
    // Without an outgoing port a test of its name never holds, however it is turned (physdev_mt).
    if (match.out !== undefined && outPort === '') return 'no-match';
    if (!flags || names.includes(false)) return 'no-match';
    return names.includes(undefined) ? notModelled('the port of the bridge') : 'match';
  },

  describe: (match) =>
    [
      ...(match.isBridged === undefined ? [] : [match.isBridged.inverted ? 'it is not bridged' : 'it is bridged']),
      ...(match.isIn === undefined
        ? []
        : [match.isIn.inverted ? 'it came by no bridge port' : 'it came by a bridge port']),
      ...(match.isOut === undefined
        ? []
        : [match.isOut.inverted ? 'it leaves by no bridge port' : 'it leaves by a bridge port']),
      ...(match.in === undefined ? [] : [`the bridge port it came by ${is(match.in.inverted)} ${match.in.name}`]),
      ...(match.out === undefined ? [] : [`the bridge port it leaves by ${is(match.out.inverted)} ${match.out.name}`]),
    ].join(' and '),
};
