import { InputError } from '../../../error.ts';
import type { MarkAndMask } from '../../shared/marks.ts';
import { hex, UINT32_MAX } from '../../shared/numbers.ts';
import { goOn } from '../../shared/outcome.ts';
import { applyMark, MARK_OPTIONS, readMarkOption } from '../extension/connection-mark.ts';
import type { TargetModule, WrittenOption } from '../extension/extension.ts';
import { excludeTogether, findOption, hasOption, numberValue, requireOneOption } from '../extension/option-values.ts';
import { describeMarking } from './mark.ts';

/** Moves the mark between the packet and its connection (net/netfilter/xt_connmark.c, connmark_tg). */
export type ConnmarkTarget = ConnmarkOperation & {
  readonly kind: 'CONNMARK';
  readonly shift?: { readonly direction: 'left' | 'right'; readonly bits: number };
};

type ConnmarkOperation =
  | { readonly operation: 'set'; readonly mark: MarkAndMask }
  | { readonly operation: 'save' | 'restore'; readonly packetMask: number; readonly connectionMask: number };

const SETTING = Object.keys(MARK_OPTIONS);
const OPERATIONS = [...SETTING, '--save-mark', '--restore-mark'];

const one = { values: 1, invertible: false } as const;
const none = { values: 0, invertible: false } as const;

const maskOf = (options: readonly WrittenOption[], name: string): number | undefined => {
  const option = findOption(options, name);
  return option === undefined ? undefined : numberValue(option, { min: 0, max: UINT32_MAX });
};

const readShift = (options: readonly WrittenOption[]): ConnmarkTarget['shift'] => {
  excludeTogether(options, ['--left-shift-mark', '--right-shift-mark']);
  const option = findOption(options, '--left-shift-mark') ?? findOption(options, '--right-shift-mark');
  if (option === undefined) return undefined;
  return {
    direction: option.name === '--left-shift-mark' ? 'left' : 'right',
    bits: numberValue(option, { min: 1, max: 31 }),
  };
};

/** connmark_tg_shift (6.12): what is set is shifted as a whole, what is copied before it is put in. */
const shifted = (bits: number, shift: ConnmarkTarget['shift']): number => {
  if (shift === undefined) return bits >>> 0;
  return (shift.direction === 'left' ? bits << shift.bits : bits >>> shift.bits) >>> 0;
};

export const connmark: TargetModule<'CONNMARK', ConnmarkTarget> = {
  name: 'CONNMARK',
  needsConntrack: () => true,
  options: {
    ...MARK_OPTIONS,
    '--save-mark': none,
    '--restore-mark': none,
    '--left-shift-mark': one,
    '--right-shift-mark': one,
    '--ctmask': one,
    '--nfmask': one,
    '--mask': one,
  },

  parse(options, scope) {
    const operation = requireOneOption(options, OPERATIONS, scope);
    const shift = readShift(options);
    const withShift = shift === undefined ? {} : { shift };
    const mask = maskOf(options, '--mask');
    const [ctmask, nfmask] = [maskOf(options, '--ctmask'), maskOf(options, '--nfmask')];
    if (SETTING.includes(operation.name)) {
      if (hasOption(options, '--ctmask') || hasOption(options, '--nfmask')) {
        throw new InputError(operation.position, `${operation.name} takes no --ctmask or --nfmask`, 'write VALUE/MASK');
      }
      const mark = readMarkOption(operation);
      return {
        kind: 'CONNMARK',
        operation: 'set',
        mark: mask === undefined ? mark : { value: mark.value, mask },
        ...withShift,
      };
    }
    if (mask !== undefined) {
      excludeTogether(options, ['--mask', '--ctmask']);
      excludeTogether(options, ['--mask', '--nfmask']);
    }
    return {
      kind: 'CONNMARK',
      operation: operation.name === '--save-mark' ? 'save' : 'restore',
      packetMask: mask ?? nfmask ?? UINT32_MAX,
      connectionMask: mask ?? ctmask ?? UINT32_MAX,
      ...withShift,
    };
  },

  print(target) {
    const shift = target.shift === undefined ? '' : ` --${target.shift.direction}-shift-mark ${target.shift.bits}`;
    if (target.operation === 'set') return `--set-xmark ${hex(target.mark.value)}/${hex(target.mark.mask)}${shift}`;
    return `--${target.operation}-mark --nfmask ${hex(target.packetMask)} --ctmask ${hex(target.connectionMask)}${shift}`;
  },

  apply(target, { conntrack, mark }) {
    if (conntrack.kind !== 'tracked') return goOn();
    const { shift } = target;
    const connectionMark = conntrack.entry.mark;
    switch (target.operation) {
      case 'set':
        return goOn({ kind: 'set-conntrack-mark', mark: shifted(applyMark(connectionMark, target.mark), shift) });
      case 'save': {
        const value = shifted(mark & target.packetMask, shift);
        return goOn({ kind: 'set-conntrack-mark', mark: applyMark(connectionMark, { value, mask: target.connectionMask }) });
      }
      case 'restore': {
        const value = shifted(connectionMark & target.connectionMask, shift);
        return goOn({ kind: 'set-mark', mark: applyMark(mark, { value, mask: target.packetMask }) });
      }
    }
  },

  describe(target) {
    switch (target.operation) {
      case 'set':
        return `mark its connection: ${describeMarking(target.mark)}`;
      case 'save':
        return `copy the packet's mark (bits ${hex(target.packetMask)}) to its connection (bits ${hex(target.connectionMask)})`;
      case 'restore':
        return `copy its connection's mark (bits ${hex(target.connectionMask)}) to the packet (bits ${hex(target.packetMask)})`;
    }
  },
};
