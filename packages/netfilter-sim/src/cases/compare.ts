import type { Case, CaseAnswer, CaseEntry } from './case.ts';
import type { CaseResult } from './run.ts';

/** Something that the model and the kernel see differently. */
export interface Difference {
  /** `packet 3 trace`, `conntrack`, … */
  readonly where: string;
  readonly kernel: string;
  readonly model: string;
}

/** Recorded timeouts are what was left when the table was read, a little later. */
const TIMEOUT_SLACK_SECONDS = 3;

export const compareCase = (of: Case, result: CaseResult): readonly Difference[] => [
  ...of.events.flatMap((_, at) => compareAnswer(`packet ${at}`, of.expect[at] ?? {}, result.answers[at] ?? {})),
  ...compareTables(of.conntrack, result.conntrack),
  ...Object.entries(of.stats ?? {}).flatMap(([name, value]) => compareValue(`stats ${name}`, value, result.stats[name])),
  ...(of.count === undefined ? [] : compareValue('count', of.count, result.count)),
];

const compareAnswer = (where: string, kernel: CaseAnswer, model: CaseAnswer): readonly Difference[] => [
  ...compareValue(`${where} trace`, kernel.trace, model.trace),
  ...compareValue(`${where} result`, kernel.result, model.result),
  ...compareValue(`${where} oif`, kernel.oif, model.oif),
  ...compareValue(`${where} errno`, kernel.errno, model.errno),
  ...(kernel.packet === undefined ? [] : compareValue(`${where} packet`, kernel.packet, pick(model.packet ?? {}, kernel.packet))),
];

/** The recorder did not keep every field of every packet. */
const pick = (of: Readonly<Record<string, unknown>>, like: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.keys(like).map((name) => [name, of[name]]));

const compareValue = (where: string, kernel: unknown, model: unknown): readonly Difference[] => {
  const [expected, found] = [write(kernel), write(model)];
  return expected === found ? [] : [{ where, kernel: expected, model: found }];
};

const write = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.join(' ');
  return Object.entries(value as Readonly<Record<string, string | number>>)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, found]) => `${name}=${found}`)
    .join(' ');
};

const writeEntry = ({ proto, state, orig, reply, unreplied, assured, mark }: CaseEntry): string =>
  [
    proto,
    ...(state === undefined ? [] : [state]),
    write(orig),
    ...(unreplied ? ['[UNREPLIED]'] : []),
    write(reply),
    ...(assured ? ['[ASSURED]'] : []),
    `mark=${mark}`,
  ].join(' ');

const compareTables = (kernel: readonly CaseEntry[], model: readonly CaseEntry[]): readonly Difference[] => {
  const left = [...model];
  const missing: CaseEntry[] = [];
  const differences: Difference[] = [];
  for (const entry of kernel) {
    const at = left.findIndex((other) => writeEntry(other) === writeEntry(entry));
    const [found] = at < 0 ? [] : left.splice(at, 1);
    if (found === undefined) missing.push(entry);
    else if (Math.abs(found.timeout - entry.timeout) > TIMEOUT_SLACK_SECONDS) {
      const where = `conntrack timeout of ${writeEntry(entry)}`;
      differences.push({ where, kernel: `${entry.timeout} s`, model: `${found.timeout} s` });
    }
  }
  return [
    ...differences,
    ...missing.map((entry) => ({ where: 'conntrack', kernel: writeEntry(entry), model: 'no such entry' })),
    ...left.map((entry) => ({ where: 'conntrack', kernel: 'no such entry', model: writeEntry(entry) })),
  ];
};
