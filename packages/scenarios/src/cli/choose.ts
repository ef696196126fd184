import { dirname, resolve } from 'node:path';
import { readText } from '@nodelocal/netfilter-sim/node';
import { placeError } from '../file/place-error.ts';
import { readScenario } from '../file/read-scenario.ts';
import type { ScenarioInputs } from '../node/files.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { findScenario, readInputs } from './inputs.ts';

/** A scenario of the catalogue, or of a file. */
export interface Chosen {
  readonly scenario: Scenario;
  readonly inputs: ScenarioInputs;
  /** Does something with it; what is wrong with a file is said with the place in it. */
  readonly tried: <Result>(work: () => Result) => Result;
}

/** As people say it: a name of the catalogue, or a path that ends in .yaml, .yml or .json. */
export const WHICH = 'a name of "list", or a file: ./mine.yaml';

/** @throws UsageError, InputError */
export const choose = (which: string): Chosen => {
  if (!/\.(ya?ml|json)$/.test(which)) {
    const scenario = findScenario(which);
    return { scenario, inputs: readInputs([scenario]), tried: (work) => work() };
  }
  const folder = dirname(which);
  const { scenario, places } = readScenario(which, readText(which), (name) => readText(resolve(folder, name)));
  const tried = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw placeError(error, places);
    }
  };
  return { scenario, inputs: tried(() => readInputs([scenario], folder)), tried };
};
