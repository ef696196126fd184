import type { CaseEntry } from '../../src/cases/case.ts';

/** What became of a case: the same form for the kernel and for the model, so that the two can be compared. */
export interface Observation {
  /** One for each event; `undefined` where time passed. */
  readonly packets: readonly (SeenPacket | undefined)[];
  readonly entries: readonly CaseEntry[];
  /** Columns of `conntrack -S`; `*` where chance has a say. */
  readonly stats: Readonly<Record<string, number | '*'>>;
  /** Packets and octets by `table CHAIN number`, where number 0 is the policy, or by the handle of nft; and what sets of nft hold. */
  readonly counters: ReadonlyMap<string, string>;
  /** Lines of `ipset save`, sorted. */
  readonly sets: readonly string[];
  /** How long sending a packet took, and listing the entries, together: by so much are its moments uncertain; absent: they are not. */
  readonly stalledMs?: number;
}

export interface SeenPacket {
  readonly errno: number;
  readonly trace: readonly string[];
  /** `local: …`, `eth0: …` or `nowhere`. */
  readonly result: string;
  /** The host's own packets that it set off: their marks, one after the other, and where each came out. */
  readonly answerTrace: readonly string[];
  readonly answers: readonly string[];
}

/** Something that the two see differently. */
export interface Difference {
  readonly where: string;
  readonly kernel: string;
  readonly model: string;
}

/** Timers are read a little later than they were set, and the kernel's clock ticks in jiffies. */
const TIMEOUT_SLACK_SECONDS = 1.5;

export const STATS = ['found', 'invalid', 'insert_failed', 'drop', 'early_drop', 'icmp_error', 'clashres'] as const;

export const differences = (kernel: Observation, model: Observation): readonly Difference[] => [
  ...kernel.packets.flatMap((packet, at) => comparePackets(`packet ${at}`, packet, model.packets[at])),
  ...compareEntries(kernel.entries, model.entries, TIMEOUT_SLACK_SECONDS + (kernel.stalledMs ?? 0) / 1000),
  ...STATS.flatMap((name) => compareText(`conntrack -S ${name}`, String(kernel.stats[name]), String(model.stats[name]))),
  ...compareCounters(kernel.counters, model.counters),
  ...compareText('ipsets', kernel.sets.join('; '), model.sets.join('; ')),
];

export const comparePackets = (where: string, kernel: SeenPacket | undefined, model: SeenPacket | undefined): readonly Difference[] => {
  if (kernel === undefined || model === undefined) return [];
  return [
    ...compareText(`${where} trace`, kernel.trace.join(' '), model.trace.join(' ')),
    ...compareText(`${where} result`, kernel.result, model.result),
    ...compareText(`${where} errno`, String(kernel.errno), String(model.errno)),
    ...compareText(`${where} answers' trace`, kernel.answerTrace.join(' '), model.answerTrace.join(' ')),
    ...compareText(`${where} answers`, kernel.answers.join('; '), model.answers.join('; ')),
  ];
};

/** Where the model says that a number was drawn (`*`), any number of the kernel's will do. */
const agrees = (kernel: string, model: string): boolean => {
  if (kernel === model) return true;
  if (!model.includes('*')) return false;
  const pattern = model.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join(String.raw`\d+`);
  return new RegExp(`^${pattern}$`).test(kernel);
};

const compareText = (where: string, kernel: string, model: string): readonly Difference[] =>
  agrees(kernel, model) ? [] : [{ where, kernel, model }];

const writeTuple = (tuple: Readonly<Record<string, string>>): string =>
  Object.keys(tuple)
    .sort()
    .map((name) => `${name}=${tuple[name]}`)
    .join(' ');

const writeEntry = ({ proto, state, orig, reply, unreplied, assured, mark }: CaseEntry): string =>
  [
    proto,
    ...(state === undefined ? [] : [state]),
    writeTuple(orig),
    ...(unreplied ? ['[UNREPLIED]'] : []),
    writeTuple(reply),
    ...(assured ? ['[ASSURED]'] : []),
    `mark=${mark}`,
  ].join(' ');

const compareEntries = (kernel: readonly CaseEntry[], model: readonly CaseEntry[], slackSeconds: number): readonly Difference[] => {
  const left = [...model];
  const found: Difference[] = [];
  for (const entry of kernel) {
    const written = writeEntry(entry);
    const at = left.findIndex((other) => agrees(written, writeEntry(other)));
    const [same] = at < 0 ? [] : left.splice(at, 1);
    if (same === undefined) found.push({ where: 'conntrack', kernel: written, model: 'no such entry' });
    else if (Math.abs(same.timeout - entry.timeout) > slackSeconds) {
      found.push({ where: `timeout of ${written}`, kernel: String(entry.timeout), model: String(same.timeout) });
    }
  }
  return [...found, ...left.map((entry) => ({ where: 'conntrack', kernel: 'no such entry', model: writeEntry(entry) }))];
};

const compareCounters = (kernel: ReadonlyMap<string, string>, model: ReadonlyMap<string, string>): readonly Difference[] =>
  [...kernel.keys()].flatMap((place) => compareText(`counter ${place}`, kernel.get(place) ?? '', model.get(place) ?? '0:0'));
