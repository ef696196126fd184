import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Case, CaseEntry, CaseEvent } from '../../src/cases/case.ts';
import { readCases } from '../../src/cases/read.ts';
import type { NodeSnapshot } from '../../src/snapshot/node.ts';
import { NODE_FILES } from '../../src/snapshot/file-names.ts';
import { STATS } from './observation.ts';
import type { Observation, SeenPacket } from './observation.ts';

/**
 * Cases on which the model was once wrong, with the kernel's answers: `regressions.jsonl`, in the form of
 * kernel-cases as far as the case goes; the answers say more than there (see `Observation`).
 */
export interface Recorded {
  readonly of: Case;
  /** What the model has to get right. */
  readonly why: string;
  readonly kernel: Observation;
  readonly endedAtMs: number;
}

const writeEvent = (event: CaseEvent): object => {
  switch (event.kind) {
    case 'send':
      return { send: event.packet, ...(event.atMs === undefined ? {} : { atMs: event.atMs }) };
    case 'wait':
      return { wait: event.ms };
    case 'release':
      return { release: event.index };
  }
};

export const recordLine = ({ of, why, kernel, endedAtMs }: Recorded): string =>
  JSON.stringify({
    id: of.id,
    why,
    node: of.node,
    family: of.family,
    sysctls: of.sysctls,
    rules: of.rules,
    nftables: of.nftables,
    ...(of.sets === undefined ? {} : { sets: of.sets }),
    events: of.events.map(writeEvent),
    expect: kernel.packets.map((packet) => packet ?? null),
    conntrack: kernel.entries,
    stats: Object.fromEntries(STATS.map((name) => [name, kernel.stats[name] ?? 0])),
    counters: Object.fromEntries(kernel.counters),
    ...(of.sets === undefined ? {} : { setsAfter: kernel.sets }),
    endedAtMs,
  });

interface Line {
  readonly why: string;
  readonly expect: readonly (SeenPacket | null)[];
  readonly conntrack: readonly CaseEntry[];
  readonly stats: Readonly<Record<string, number>>;
  readonly counters: Readonly<Record<string, string>>;
  readonly setsAfter?: readonly string[];
  readonly endedAtMs: number;
}

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const readRecorded = (): readonly Recorded[] => {
  const file = beside('regressions.jsonl');
  const contents = readFileSync(file, 'utf8');
  const lines = contents.split('\n').filter((line) => line !== '');
  return readCases(file, contents).map((read, at) => {
    if (read.kind === 'broken') throw read.error;
    const { why, expect, conntrack, stats, counters, setsAfter: sets = [], endedAtMs } = JSON.parse(lines[at] ?? '') as Line;
    const packets = expect.map((packet) => packet ?? undefined);
    return { of: read.case, why, endedAtMs, kernel: { packets, entries: conntrack, stats, counters: new Map(Object.entries(counters)), sets } };
  });
};

/** The nodes of the recorded cases, as their tools printed them. */
export const readSnapshot = (name: string): NodeSnapshot => {
  const all = JSON.parse(readFileSync(beside(`snapshots/${name}.json`), 'utf8')) as Readonly<Record<string, unknown>>;
  const contents = NODE_FILES.flatMap((file) => {
    const found = all[file];
    return found === undefined ? [] : [[file, typeof found === 'string' ? found : JSON.stringify(found)] as const];
  });
  return { folder: name, contents: Object.fromEntries(contents) };
};
