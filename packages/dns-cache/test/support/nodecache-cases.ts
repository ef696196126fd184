import { hasShared, sharedPath } from './shared.ts';
import { readFileSync } from 'node:fs';

/** What the metrics page said: how many families, their names or all that is said of each; some values. */
interface SeenMetrics {
  readonly reachable: boolean;
  readonly coredns: number | readonly string[] | Readonly<Record<string, unknown>>;
  readonly other?: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

/** The state of the node: `null` is not there. */
export interface NodeState {
  readonly corefile?: string | null;
  readonly addresses?: readonly string[] | null;
  readonly link?: unknown;
  readonly rules4?: readonly string[];
  readonly rules6?: readonly string[];
  readonly listen?: readonly string[];
}

/** What was seen of node-cache after a step: of the state only what changed since it was seen last. */
interface Seen extends NodeState {
  readonly process?: string;
  readonly exit?: number | string;
  readonly stdout?: readonly string[];
  readonly stderr?: readonly string[];
  readonly reply?: unknown;
  readonly shell?: unknown;
  readonly metrics?: SeenMetrics;
  readonly log_seen?: boolean;
  readonly reached?: boolean;
  readonly error?: string;
}

interface Step {
  readonly do: string;
  /** Of `write PATH`. */
  readonly text?: string;
  readonly seen: Seen;
}

/** A recorded case of ../shared/nodecache-cases. */
export interface NodeCacheCase {
  readonly id: string;
  readonly kind: string;
  readonly what: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** Recorded in another kernel than the others. */
  readonly kernel?: string;
  readonly before?: NodeState;
  /** What is left to chance in node-cache: number of a step, the step, a field. */
  readonly unstable?: readonly string[];
  /** The recorder failed. */
  readonly error?: string;
  readonly steps: readonly Step[];
}

export const CASES_FILE = 'nodecache-cases/cases.jsonl';
const hasCases = hasShared(CASES_FILE);

export const casesNote = hasCases ? '' : ' (skipped: ../shared/nodecache-cases is absent)';

export const readCases = (file: string): readonly NodeCacheCase[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as NodeCacheCase);

export const allCases: readonly NodeCacheCase[] = hasCases ? readCases(sharedPath(CASES_FILE)) : [];

export const casesOf = (...kinds: readonly string[]): readonly NodeCacheCase[] => allCases.filter(({ kind }) => kinds.includes(kind));
