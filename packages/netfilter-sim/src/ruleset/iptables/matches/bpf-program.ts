import type { Interval } from '../../shared/numbers.ts';

/** `struct sock_filter`: an instruction of classic BPF as it is written. */
export interface Instruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly operand: number;
}

type BpfRegister = 'accumulator' | 'index';

/** Where a value comes from; `indexed`: the index register counts on top. */
export type BpfSource =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'length' }
  | { readonly kind: 'memory'; readonly slot: number }
  | { readonly kind: 'packet'; readonly bytes: 1 | 2 | 4; readonly offset: number; readonly indexed: boolean }
  /** Four times the low half of an octet: the length of an IPv4 header (BPF_MSH). */
  | { readonly kind: 'header-length'; readonly offset: number };

type BpfOperand = number | 'index';

export type BpfOperation =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'remainder'
  | 'and'
  | 'or'
  | 'exclusive-or'
  | 'shift-left'
  | 'shift-right';

/** What an instruction does. Jumps go forwards only, so many instructions behind the next. */
export type BpfStep =
  | { readonly kind: 'load'; readonly to: BpfRegister; readonly from: BpfSource }
  | { readonly kind: 'store'; readonly from: BpfRegister; readonly slot: number }
  | { readonly kind: 'compute'; readonly operation: BpfOperation; readonly operand: BpfOperand }
  | { readonly kind: 'negate' }
  | { readonly kind: 'jump'; readonly by: number }
  | {
      readonly kind: 'branch';
      readonly test: 'equal' | 'above' | 'at-least' | 'any-bit';
      readonly operand: BpfOperand;
      readonly ifTrue: number;
      readonly ifFalse: number;
    }
  | { readonly kind: 'copy'; readonly to: BpfRegister }
  | { readonly kind: 'return'; readonly value: number | 'accumulator' };

/** BPF_ALU's operations by the high half of the code (include/uapi/linux/bpf_common.h). */
const OPERATIONS: Readonly<Record<number, BpfOperation>> = {
  0x00: 'add',
  0x10: 'subtract',
  0x20: 'multiply',
  0x30: 'divide',
  0x40: 'or',
  0x50: 'and',
  0x60: 'shift-left',
  0x70: 'shift-right',
  0x90: 'remainder',
  0xa0: 'exclusive-or',
};

const TESTS = { 0x10: 'equal', 0x20: 'above', 0x30: 'at-least', 0x40: 'any-bit' } as const;

const SIZES = { 0x00: 4, 0x08: 2, 0x10: 1 } as const;

/** What stands behind the lowest three bits, the class, and what the other bits of a code say. */
const decodeLoad = (code: number, operand: number): BpfSource | undefined => {
  const bytes = SIZES[(code & 0x18) as keyof typeof SIZES];
  switch (code & 0xf8) {
    case 0x00:
      return { kind: 'constant', value: operand };
    case 0x60:
      return { kind: 'memory', slot: operand };
    case 0x80:
      return { kind: 'length' };
    case 0x20:
    case 0x28:
    case 0x30:
      return (code & 7) === 1 || bytes === undefined ? undefined : { kind: 'packet', bytes, offset: operand, indexed: false };
    case 0x40:
    case 0x48:
    case 0x50:
      return (code & 7) === 1 || bytes === undefined ? undefined : { kind: 'packet', bytes, offset: operand, indexed: true };
    case 0xb0:
      return (code & 7) === 1 ? { kind: 'header-length', offset: operand } : undefined;
    default:
      return undefined;
  }
};

/** chk_code_allowed (net/core/filter.c, 6.12): `undefined` where the kernel knows no such code. */
const decode = ({ code, jumpTrue, jumpFalse, operand }: Instruction): BpfStep | undefined => {
  if (code > 0xff) return undefined;
  const second: BpfOperand = (code & 8) === 0 ? operand : 'index';
  switch (code & 7) {
    case 0:
    case 1: {
      const from = decodeLoad(code, operand);
      return from && { kind: 'load', to: (code & 7) === 0 ? 'accumulator' : 'index', from };
    }
    case 2:
    case 3:
      return code < 8 ? { kind: 'store', from: code === 2 ? 'accumulator' : 'index', slot: operand } : undefined;
    case 4: {
      if (code === 0x84) return { kind: 'negate' };
      const operation = OPERATIONS[code & 0xf0];
      return operation && { kind: 'compute', operation, operand: second };
    }
    case 5: {
      if (code === 5) return { kind: 'jump', by: operand };
      const test = TESTS[(code & 0xf0) as keyof typeof TESTS];
      return test && { kind: 'branch', test, operand: second, ifTrue: jumpTrue, ifFalse: jumpFalse };
    }
    case 6:
      if (code === 0x06) return { kind: 'return', value: operand };
      return code === 0x16 ? { kind: 'return', value: 'accumulator' } : undefined;
    default:
      if (code === 0x07) return { kind: 'copy', to: 'index' };
      return code === 0x87 ? { kind: 'copy', to: 'accumulator' } : undefined;
  }
};

const MEMORY_SLOTS = 16;

/** Offsets from here on are no places in the packet but ask for what the kernel knows of it (SKF_AD_OFF). */
const ANCILLARY_MIN = 0xffff_f000;
/** SKF_AD_PROTOCOL to SKF_AD_VLAN_TPID, in steps of four. */
const ANCILLARY: Interval = { min: 0, max: 60 };

const isSound = (step: BpfStep, left: number): boolean => {
  switch (step.kind) {
    case 'load':
      if (step.from.kind === 'memory') return step.from.slot < MEMORY_SLOTS;
      if (step.from.kind !== 'packet' || step.from.indexed || step.from.offset < ANCILLARY_MIN) return true;
      return step.from.offset - ANCILLARY_MIN <= ANCILLARY.max && step.from.offset % 4 === 0;
    case 'store':
      return step.slot < MEMORY_SLOTS;
    case 'compute':
      if (step.operation === 'divide' || step.operation === 'remainder') return step.operand !== 0;
      if (step.operation !== 'shift-left' && step.operation !== 'shift-right') return true;
      return step.operand === 'index' || step.operand < 32;
    case 'jump':
      return step.by < left;
    case 'branch':
      return step.ifTrue < left && step.ifFalse < left;
    case 'negate':
    case 'copy':
    case 'return':
      return true;
  }
};

/** check_load_and_stores: on every way to a read of memory there is a write. */
const readsOnlyWhatIsWritten = (steps: readonly BpfStep[]): boolean => {
  const masks = steps.map(() => 0xffff);
  let written = 0;
  const arrive = (at: number): void => {
    masks[at] = (masks[at] ?? 0) & written;
  };
  for (const [at, step] of steps.entries()) {
    written &= masks[at] ?? 0;
    if (step.kind === 'store') written |= 1 << step.slot;
    else if (step.kind === 'load' && step.from.kind === 'memory') {
      if ((written & (1 << step.from.slot)) === 0) return false;
    } else if (step.kind === 'jump' || step.kind === 'branch') {
      for (const by of step.kind === 'jump' ? [step.by] : [step.ifTrue, step.ifFalse]) arrive(at + 1 + by);
      written = 0xffff;
    }
  }
  return true;
};

/** bpf_check_classic (net/core/filter.c, 6.12): `undefined` where the kernel refuses the program. */
export const readBpfSteps = (program: readonly Instruction[]): readonly BpfStep[] | undefined => {
  const steps: BpfStep[] = [];
  for (const [at, instruction] of program.entries()) {
    const step = decode(instruction);
    if (step === undefined || !isSound(step, program.length - at - 1)) return undefined;
    steps.push(step);
  }
  return steps.at(-1)?.kind === 'return' && readsOnlyWhatIsWritten(steps) ? steps : undefined;
};
