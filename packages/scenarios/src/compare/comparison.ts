import { buildNode } from '../node/build.ts';
import type { ScenarioInputs } from '../node/files.ts';
import { planOf } from '../node/plan.ts';
import type { Recording } from '../run/recording.ts';
import { simulate } from '../run/simulate.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { assumptionsOf } from './assumptions.ts';
import type { Measured } from './measured.ts';
import { measure } from './measured.ts';
import { VARIANTS, withVariant } from './variant.ts';
import { numberWithin } from '../range.ts';

/** Recordings side by side: plain data. */
export interface Comparison {
  readonly schema: 1;
  /** What the times and the numbers rest on, in sentences. */
  readonly assumptions: readonly string[];
  readonly rows: readonly Compared[];
}

/** A recording, and what was measured in it. */
export interface Compared {
  readonly measured: Measured;
  readonly recording: Recording;
}

/**
 * One of those that are compared.
 * @param name as the comparison is to call it
 * @param seed a whole number
 * @param rates lookups a second at which the table's size is told; 100, 1000 and 10000 unless given
 * @throws ScenarioError; RangeError for a seed or a rate that is none
 */
export const play = (name: string, scenario: Scenario, inputs: ScenarioInputs, seed: number, rates?: readonly number[]): Compared => {
  for (const [at, rate] of (rates ?? []).entries()) numberWithin(`rates[${at}]`, rate, 0);
  const recording = simulate(scenario, inputs, seed);
  const { entriesMax } = buildNode(planOf(scenario), inputs).host.conntrack;
  return { measured: measure(name, recording, entriesMax, rates), recording };
};

/**
 * A scenario with NodeLocal DNSCache, without it, and with each of its parts missing.
 * @param seed a whole number
 * @param rates as with `play`
 * @throws ScenarioError; RangeError for a seed or a rate that is none
 */
export const compareParts = (scenario: Scenario, inputs: ScenarioInputs, seed: number, rates?: readonly number[]): Comparison => ({
  schema: 1,
  assumptions: assumptionsOf([scenario]),
  rows: VARIANTS.map((variant) => play(variant.name, withVariant(scenario, variant), inputs, seed, rates)),
});

/** Scenarios as they are. */
export const compareScenarios = (rows: readonly Compared[]): Comparison => ({ schema: 1, assumptions: assumptionsOf(rows.map(({ recording }) => recording.given)), rows });
