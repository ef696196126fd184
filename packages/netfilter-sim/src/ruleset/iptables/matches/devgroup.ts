import { InputError } from '../../../error.ts';
import type { MarkAndMask } from '../../shared/marks.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { namedNumberValue, printNamedNumber } from '../extension/named-number.ts';
import { findOption, is, not } from '../extension/option-values.ts';

interface GroupTest {
  readonly group: MarkAndMask;
  readonly inverted: boolean;
}

/** Groups of the packet's devices (net/netfilter/xt_devgroup.c). */
export interface DevgroupMatch {
  readonly kind: 'devgroup';
  readonly source?: GroupTest;
  readonly destination?: GroupTest;
}

const readGroup = (options: readonly WrittenOption[], name: string): GroupTest | undefined => {
  const option = findOption(options, name);
  return option === undefined ? undefined : { group: namedNumberValue(option, 'group'), inverted: option.inverted };
};

const print = (name: string, test: GroupTest | undefined): readonly string[] =>
  test === undefined ? [] : [`${not(test.inverted)}${name} ${printNamedNumber(test.group, 'group')}`];

const describe = (side: string, test: GroupTest | undefined): readonly string[] =>
  test === undefined ? [] : [`the group of the ${side} device ${is(test.inverted)} ${printNamedNumber(test.group, 'group')}`];

export const devgroup: MatchModule<'devgroup', DevgroupMatch> = {
  name: 'devgroup',
  notModelledFor: 'devices whose group was not given',
  steady: 'always',
  options: {
    '--src-group': { values: 1, invertible: true },
    '--dst-group': { values: 1, invertible: true },
  },

  parse(options, scope) {
    const [source, destination] = [readGroup(options, '--src-group'), readGroup(options, '--dst-group')];
    if (source === undefined && destination === undefined) {
      throw new InputError(scope.position, '--src-group or --dst-group is missing', 'add one of them');
    }
    return {
      kind: 'devgroup',
      ...(source === undefined ? {} : { source }),
      ...(destination === undefined ? {} : { destination }),
    };
  },

  placement({ source, destination }) {
    if (source !== undefined && destination !== undefined) return { hooks: ['FORWARD'] };
    return source === undefined
      ? { hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'] }
      : { hooks: ['PREROUTING', 'INPUT', 'FORWARD'] };
  },

  print: (match) => [...print('--src-group', match.source), ...print('--dst-group', match.destination)].join(' '),

  evaluate({ source, destination }, context) {
    for (const [test, device] of [[source, context.inDevice], [destination, context.outDevice]] as const) {
      if (test === undefined) continue;
      const group = context.deviceGroup(device);
      if (group === undefined) return notModelled(`the group of device ${device}`);
      const holds = ((group ^ test.group.value) & test.group.mask) === 0;
      if (holds === test.inverted) return 'no-match';
    }
    return 'match';
  },

  describe: (match) =>
    [...describe('incoming', match.source), ...describe('outgoing', match.destination)].join(' and '),
};
