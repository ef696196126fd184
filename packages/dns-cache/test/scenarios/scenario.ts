import { readdirSync, readFileSync } from 'node:fs';
import { hasShared, sharedPath } from '../support/shared.ts';

/** The replay scenarios of NLnetLabs' `domain` and unbound, in the form of ../shared/dns/README.md. */
export interface ScenarioRecord {
  readonly name: string;
  readonly class: string;
  readonly type: string;
  readonly ttl: number;
  /** The scenario names no TTL, and this is what its converter put in. */
  readonly ttlDefault?: boolean;
  readonly rdataHex: string;
}

export interface ScenarioQuestion {
  readonly name: string;
  readonly class: string;
  readonly type: string;
}

export interface Expectation {
  readonly op: 'expect';
  readonly n: number;
  readonly match: readonly string[];
  readonly question: ScenarioQuestion;
  readonly rcode: number;
  readonly flags: readonly string[];
  readonly answer: readonly ScenarioRecord[];
  readonly authority: readonly ScenarioRecord[];
  readonly additional: readonly ScenarioRecord[];
  /** The options of OPT. */
  readonly ednsHex?: string | null;
}

export type Step =
  | {
      readonly op: 'query';
      readonly n: number;
      readonly wire: string;
      /** Missing where the scenario's own query was none. */
      readonly question: ScenarioQuestion | null;
      readonly client?: string | null;
      /** The upstream's answers: the first whose flags the server's own query has. Without them it is silent. */
      readonly upstream?: readonly { readonly need: readonly string[]; readonly wire: string }[] | null;
    }
  | Expectation
  | { readonly op: 'advance'; readonly n: number; readonly seconds: number }
  | { readonly op: 'expectUpstream'; readonly n: number; readonly question: ScenarioQuestion }
  | { readonly op: 'upstreamReply'; readonly n: number; readonly wire: string; readonly question: ScenarioQuestion }
  | { readonly op: 'upstreamTimeout'; readonly n: number }
  | { readonly op: 'upstreamError'; readonly n: number };

export interface Scenario {
  /** `unbound/fwd_any`, without the `.rpl` of its source. */
  readonly name: string;
  /** unbound's own lines. */
  readonly config: readonly string[];
  readonly steps: readonly Step[];
}

const FOLDER = 'dns/scenarios/';
export const hasScenarios = hasShared(FOLDER);
export const scenariosNote = hasScenarios ? '' : ' (skipped: ../shared/dns/scenarios is absent)';

const readJson = (file: string): unknown => JSON.parse(readFileSync(sharedPath(`${FOLDER}${file}`), 'utf8'));

const shortName = (name: string): string => name.replace(/\.c?rpl$/, '');

export const scenarios: readonly Scenario[] = hasScenarios
  ? readdirSync(sharedPath(FOLDER))
      .filter((file) => file.includes('__'))
      .map((file) => readJson(file) as Scenario)
      .map((scenario) => ({ ...scenario, name: shortName(scenario.name) }))
  : [];

/** What another server missed in the scenarios that move no clock, by name. */
export const missedBy = (server: 'unbound' | 'dnsmasq'): ReadonlyMap<string, boolean> => {
  const results = readJson(`reference-${server}.json`) as Readonly<
    Record<string, { readonly fails: readonly unknown[] }>
  >;
  return new Map(Object.entries(results).map(([name, { fails }]) => [shortName(name), fails.length > 0]));
};
