/** Options of the command itself (xshared.c and iptables.c, 1.8.9). */
export interface BaseOption {
  readonly name: string;
  readonly short?: string;
  readonly aliases?: readonly string[];
  readonly values: number;
  readonly invertible?: boolean;
  /** Its value cannot stand in the same word: iptables 1.8.9 would take the whole word for it. */
  readonly valueApart?: boolean;
  /** It has no place in a rule set, but its name counts where others are abbreviated. */
  readonly foreign?: boolean;
  /** It says what to do with the rule. */
  readonly command?: boolean;
}

export const BASE_OPTIONS: readonly BaseOption[] = [
  { name: '--append', short: 'A', values: 1, command: true },
  { name: '--insert', short: 'I', values: 1, command: true },
  { name: '--delete', short: 'D', values: 1, command: true },
  { name: '--replace', short: 'R', values: 2, command: true },
  { name: '--check', short: 'C', values: 1, command: true },
  { name: '--new-chain', short: 'N', values: 1, command: true },
  { name: '--delete-chain', short: 'X', values: 0, command: true },
  { name: '--rename-chain', short: 'E', values: 2, command: true },
  { name: '--flush', short: 'F', values: 0, command: true },
  { name: '--zero', short: 'Z', values: 0, command: true },
  { name: '--policy', short: 'P', values: 2, command: true },
  { name: '--list', short: 'L', values: 0, command: true },
  { name: '--list-rules', short: 'S', values: 0, command: true },
  { name: '--source', short: 's', aliases: ['--src'], values: 1, invertible: true, valueApart: true },
  { name: '--destination', short: 'd', aliases: ['--dst'], values: 1, invertible: true, valueApart: true },
  { name: '--protocol', short: 'p', values: 1, invertible: true, valueApart: true },
  { name: '--in-interface', short: 'i', values: 1, invertible: true, valueApart: true },
  { name: '--out-interface', short: 'o', values: 1, invertible: true, valueApart: true },
  { name: '--fragments', short: 'f', values: 0, invertible: true },
  { name: '--match', short: 'm', values: 1 },
  { name: '--jump', short: 'j', values: 1, valueApart: true },
  { name: '--goto', short: 'g', values: 1, valueApart: true },
  { name: '--set-counters', short: 'c', values: 2 },
  { name: '--ipv4', short: '4', values: 0 },
  { name: '--ipv6', short: '6', values: 0 },
  { name: '--verbose', short: 'v', values: 0 },
  { name: '--table', short: 't', values: 1, foreign: true },
  { name: '--numeric', short: 'n', values: 0, foreign: true },
  { name: '--exact', short: 'x', values: 0, foreign: true },
  { name: '--line-numbers', values: 0, foreign: true },
  { name: '--modprobe', short: 'M', values: 1, foreign: true },
  { name: '--wait', short: 'w', values: 0, foreign: true },
  { name: '--version', short: 'V', values: 0, foreign: true },
  { name: '--help', short: 'h', values: 0, foreign: true },
];

export const BASE_OPTION_BY_LETTER: ReadonlyMap<string, BaseOption> = new Map(
  BASE_OPTIONS.flatMap((option) => (option.short === undefined ? [] : [[option.short, option] as const])),
);

export const BASE_OPTION_BY_NAME: ReadonlyMap<string, BaseOption> = new Map(
  BASE_OPTIONS.flatMap((option) => [option.name, ...(option.aliases ?? [])].map((name) => [name, option] as const)),
);
