import { notModelled } from '../../shared/not-modelled.ts';
import type { NotModelled } from '../../shared/not-modelled.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import { octetsAt } from '../../shared/octets.ts';
import type { Octets } from '../../shared/octets.ts';
import {
  and,
  exclusiveOr,
  knownWord,
  liesBetween,
  numberOf,
  or,
  shiftLeft,
  shiftRight,
  UNKNOWN_WORD,
} from '../../shared/partial-word.ts';
import type { PartialWord } from '../../shared/partial-word.ts';
import type { BpfOperation, BpfSource, BpfStep } from './bpf-program.ts';

interface Machine {
  readonly octets: Octets;
  accumulator: PartialWord;
  index: PartialWord;
  readonly memory: PartialWord[];
  /** Where the packet was looked at last, for what is said when that decides and is not known. */
  looked: string;
}

const ZERO = knownWord(0);

/** Offsets from here on count from elsewhere, or ask for what is no part of the packet (SKF_LL_OFF and above). */
const NEGATIVE_MIN = 0x8000_0000;

/**
 * What a classic BPF program returns for a packet (bpf_prog_run on what bpf_convert_filter made of it,
 * net/core/filter.c, 6.12). Nothing is known of what lies at negative offsets.
 */
export const runBpf = (steps: readonly BpfStep[], octets: Octets): PartialWord | NotModelled => {
  const machine: Machine = { octets, accumulator: ZERO, index: ZERO, memory: [], looked: 'the packet' };
  for (let at = 0; ; at += 1) {
    const step = steps[at];
    if (step === undefined) return ZERO;
    switch (step.kind) {
      case 'load': {
        const word = load(machine, step.from);
        // A read from behind the packet ends the program.
        if (word === 'outside') return ZERO;
        if (word === 'undecided') return undecided(machine);
        machine[step.to] = word;
        break;
      }
      case 'store':
        machine.memory[step.slot] = machine[step.from];
        break;
      case 'compute': {
        const operand = step.operand === 'index' ? machine.index : knownWord(step.operand);
        const result = compute(step.operation, machine.accumulator, operand);
        if (result === 'division-by-zero') return ZERO;
        if (result === 'undecided') return undecided(machine);
        machine.accumulator = result;
        break;
      }
      case 'negate':
        machine.accumulator = arithmetic((value) => -value, machine.accumulator);
        break;
      case 'jump':
        at += step.by;
        break;
      case 'branch': {
        const holds = decide(step, machine);
        if (holds === undefined) return undecided(machine);
        at += holds ? step.ifTrue : step.ifFalse;
        break;
      }
      case 'copy':
        machine[step.to] = step.to === 'index' ? machine.accumulator : machine.index;
        break;
      case 'return':
        return step.value === 'accumulator' ? machine.accumulator : knownWord(step.value);
    }
  }
};

const undecided = ({ looked }: Machine): NotModelled => notModelled(`octets of the packet: ${looked}`);

/** `undecided`: a place that is not known may lie outside. */
const load = (machine: Machine, from: BpfSource): PartialWord | 'outside' | 'undecided' => {
  switch (from.kind) {
    case 'constant':
      return knownWord(from.value);
    case 'length':
      return knownWord(machine.octets.length);
    case 'memory':
      return machine.memory[from.slot] ?? ZERO;
    case 'header-length': {
      const octet = look(machine, from.offset, 1);
      return typeof octet === 'string' ? octet : shiftLeft(and(octet, knownWord(0xf)), 2);
    }
    case 'packet': {
      const index = from.indexed ? numberOf(machine.index) : 0;
      if (index === undefined) return 'undecided';
      return look(machine, (from.offset + index) % 2 ** 32, from.bytes);
    }
  }
};

const look = (machine: Machine, offset: number, bytes: 1 | 2 | 4): PartialWord | 'outside' | 'undecided' => {
  machine.looked = bytes === 1 ? `${offset}` : `${offset} to ${offset + bytes - 1}`;
  if (offset >= NEGATIVE_MIN) return 'undecided';
  return octetsAt(machine.octets, offset, bytes) ?? 'outside';
};

const arithmetic = (operation: (...values: readonly bigint[]) => bigint, ...words: readonly PartialWord[]): PartialWord => {
  const numbers = words.map(numberOf);
  if (numbers.includes(undefined)) return UNKNOWN_WORD;
  return knownWord(Number(BigInt.asUintN(32, operation(...numbers.map((number) => BigInt(number ?? 0))))));
};

const compute = (
  operation: BpfOperation,
  left: PartialWord,
  right: PartialWord,
): PartialWord | 'division-by-zero' | 'undecided' => {
  switch (operation) {
    case 'add':
      return arithmetic((a = 0n, b = 0n) => a + b, left, right);
    case 'subtract':
      return arithmetic((a = 0n, b = 0n) => a - b, left, right);
    case 'multiply':
      return arithmetic((a = 0n, b = 0n) => a * b, left, right);
    case 'divide':
    case 'remainder': {
      const divisor = numberOf(right);
      if (divisor === undefined) return 'undecided';
      if (divisor === 0) return 'division-by-zero';
      return arithmetic((a = 0n, b = 1n) => (operation === 'divide' ? a / b : a % b), left, right);
    }
    case 'and':
      return and(left, right);
    case 'or':
      return or(left, right);
    case 'exclusive-or':
      return exclusiveOr(left, right);
    case 'shift-left':
    case 'shift-right': {
      const bits = numberOf(right);
      if (bits === undefined) return UNKNOWN_WORD;
      return operation === 'shift-left' ? shiftLeft(left, bits & 31) : shiftRight(left, bits & 31);
    }
  }
};

/** `undefined`: it depends on bits that are not known. */
const decide = (
  { test, operand }: Extract<BpfStep, { kind: 'branch' }>,
  { accumulator, index }: Machine,
): boolean | undefined => {
  if (test === 'any-bit') {
    const bits = and(accumulator, operand === 'index' ? index : knownWord(operand));
    return bits.value !== 0 ? true : bits.known === UINT32_MAX ? false : undefined;
  }
  const number = operand === 'index' ? numberOf(index) : operand;
  if (number === undefined) return undefined;
  switch (test) {
    case 'equal':
      return liesBetween(accumulator, { min: number, max: number });
    case 'above':
      return number < UINT32_MAX && liesBetween(accumulator, { min: number + 1, max: UINT32_MAX });
    case 'at-least':
      return liesBetween(accumulator, { min: number, max: UINT32_MAX });
  }
};
