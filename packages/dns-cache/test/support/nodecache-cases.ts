import { hasShared, sharedPath } from './shared.ts';
import { readFileSync } from 'node:fs';

/** What was seen of node-cache after a step: only what changed since it was seen last. */
interface Seen {
  /** `null`: the file is not there. */
  readonly corefile?: string | null;
  readonly exit?: number | string;
}

interface Step {
  readonly do: string;
  /** Of `write PATH`. */
  readonly text?: string;
  readonly seen: Seen;
}

/** A recorded case of ../shared/nodecache-cases, as far as flags and rendering are concerned. */
export interface NodeCacheCase {
  readonly id: string;
  readonly kind: string;
  readonly what: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const FILE = 'nodecache-cases/cases.jsonl';
const hasCases = hasShared(FILE);

export const casesNote = hasCases ? '' : ' (skipped: ../shared/nodecache-cases is absent)';

const all: readonly NodeCacheCase[] = hasCases
  ? readFileSync(sharedPath(FILE), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as NodeCacheCase)
  : [];

export const casesOf = (...kinds: readonly string[]): readonly NodeCacheCase[] => all.filter(({ kind }) => kinds.includes(kind));
