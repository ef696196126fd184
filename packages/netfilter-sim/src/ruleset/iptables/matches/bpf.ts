import { InputError } from '../../../error.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import { octetsOf } from '../../shared/octets.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { refuse, requireOneOption, valueOf } from '../extension/option-values.ts';
import { runBpf } from './bpf-machine.ts';
import { readBpfSteps } from './bpf-program.ts';
import type { BpfStep, Instruction } from './bpf-program.ts';

/** A classic BPF program, or one that lies in the kernel's file system for them (net/netfilter/xt_bpf.c). */
export type BpfMatch = { readonly kind: 'bpf' } & (
  | { readonly source: 'bytecode'; readonly program: readonly Instruction[]; readonly steps: readonly BpfStep[] }
  | { readonly source: 'pinned'; readonly path: string }
);

/** XT_BPF_MAX_NUM_INSTR. */
const INSTRUCTIONS_MAX = 64;
/** XT_BPF_PATH_MAX with its NUL. */
const PATH_LENGTH_MAX = 511;

const FORM = 'COUNT, then "CODE JT JF K" for each instruction, with commas between';

/** Four decimal numbers, of which as many bits are kept as have room; nothing behind them is looked at (sscanf). */
const readInstruction = (option: WrittenOption, row: string): Instruction => {
  const found = /^\s*([-+]?\d+)\s+([-+]?\d+)\s+([-+]?\d+)\s+([-+]?\d+)/.exec(row) ?? refuse(option, FORM);
  const number = (at: number, bits: number): number => Number(BigInt.asUintN(bits, BigInt((found[at] ?? '0').replace('+', ''))));
  return { code: number(1, 16), jumpTrue: number(2, 8), jumpFalse: number(3, 8), operand: number(4, 32) };
};

/** `COUNT,CODE JT JF K,…`, as `nfbpf_compile` prints it (bpf_parse_string of libxt_bpf.c, 1.8.9). */
const readProgram = (option: WrittenOption): readonly Instruction[] => {
  const [count = '', ...rows] = valueOf(option).replace(/,$/, '').split(',');
  const program = rows.map((row) => readInstruction(option, row));
  const expected = /^\s*\d+$/.test(count) && Number(count) <= INSTRUCTIONS_MAX ? Number(count) : undefined;
  return expected === program.length
    ? program
    : refuse(option, `a count of 1 to ${INSTRUCTIONS_MAX} and as many instructions`);
};

export const bpf: MatchModule<'bpf', BpfMatch> = {
  name: 'bpf',
  notModelledFor: 'programs that are pinned, or turn on octets that nobody knows',
  steady: 'while-unchanged',
  options: {
    '--bytecode': { values: 1, invertible: false },
    '--object-pinned': { values: 1, invertible: false },
  },

  parse(options, scope) {
    const option = requireOneOption(options, ['--bytecode', '--object-pinned'], scope);
    if (option.name === '--object-pinned') {
      const path = valueOf(option);
      if (path === '' || path.length > PATH_LENGTH_MAX) refuse(option, `a path of at most ${PATH_LENGTH_MAX} bytes`);
      return { kind: 'bpf', source: 'pinned', path };
    }
    const program = readProgram(option);
    const steps = readBpfSteps(program);
    if (steps === undefined) {
      const mend = 'compile it with nfbpf_compile';
      throw new InputError(option.position, 'the kernel refuses this BPF program', mend);
    }
    return { kind: 'bpf', source: 'bytecode', program, steps };
  },

  print(match) {
    if (match.source === 'pinned') return `--object-pinned ${match.path}`;
    const rows = match.program.map(
      ({ code, jumpTrue, jumpFalse, operand }) => `${code} ${jumpTrue} ${jumpFalse} ${operand}`,
    );
    return `--bytecode "${[match.program.length, ...rows].join(',')}"`;
  },

  evaluate(match, { packet }) {
    if (match.source === 'pinned') return notModelled(`the BPF program at ${match.path}`);
    const result = runBpf(match.steps, octetsOf(packet));
    if ('kind' in result) return result;
    if (result.value !== 0) return 'match';
    return result.known === UINT32_MAX ? answer(false) : notModelled('all that a BPF program makes of the packet');
  },

  describe: (match) =>
    match.source === 'pinned'
      ? `the BPF program at ${match.path} says so`
      : `a BPF program of ${match.program.length} instructions says so`,
};
