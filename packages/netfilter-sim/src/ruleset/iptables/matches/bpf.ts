import { notModelled } from '../../shared/not-modelled.ts';
import { readBounded, UINT32_MAX } from '../../shared/numbers.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { refuse, requireOption, valueOf } from '../extension/option-values.ts';

interface Instruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly operand: number;
}

/** A classic BPF program (net/netfilter/xt_bpf.c). */
export interface BpfMatch {
  readonly kind: 'bpf';
  readonly program: readonly Instruction[];
}

const NOT_MODELLED = 'BPF programs, which read raw bytes';
/** XT_BPF_MAX_NUM_INSTR. */
const INSTRUCTIONS_MAX = 64;

/** `COUNT,CODE JT JF K,…`, as `nfbpf_compile` prints it. */
const readProgram = (option: WrittenOption): readonly Instruction[] => {
  const [count = '', ...rows] = valueOf(option).replace(/,$/, '').split(',');
  const program = rows.map((row) => {
    const [code, jumpTrue, jumpFalse, operand, ...more] = row
      .trim()
      .split(/ +/)
      .map((text, index) => readBounded(text, { min: 0, max: index === 0 ? 65535 : index === 3 ? UINT32_MAX : 255 }));
    return code === undefined ||
      jumpTrue === undefined ||
      jumpFalse === undefined ||
      operand === undefined ||
      more.length > 0
      ? refuse(option, 'COUNT, then "CODE JT JF K" for each instruction, with commas between')
      : { code, jumpTrue, jumpFalse, operand };
  });
  const expected = readBounded(count, { min: 1, max: INSTRUCTIONS_MAX });
  return expected === program.length
    ? program
    : refuse(option, `a count of 1 to ${INSTRUCTIONS_MAX} and as many instructions`);
};

export const bpf: MatchModule<'bpf', BpfMatch> = {
  name: 'bpf',
  notModelled: NOT_MODELLED,
  options: { '--bytecode': { values: 1, invertible: false } },
  parse: (options, scope) => ({
    kind: 'bpf',
    program: readProgram(requireOption(options, '--bytecode', scope, '"PROGRAM"')),
  }),
  print: ({ program }) => {
    const rows = program.map(({ code, jumpTrue, jumpFalse, operand }) => `${code} ${jumpTrue} ${jumpFalse} ${operand}`);
    return `--bytecode "${[program.length, ...rows].join(',')}"`;
  },
  evaluate: () => notModelled(NOT_MODELLED),
  describe: ({ program }) => `a BPF program of ${program.length} instructions says so`,
};
