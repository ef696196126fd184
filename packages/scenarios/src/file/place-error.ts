import { CorefileError } from '@nodelocal/dns-cache';
import { InputError } from '@nodelocal/netfilter-sim';
import { ScenarioError } from '../scenario/error.ts';
import type { Places } from './places.ts';
import { pathOf } from './places.ts';

/** What a run calls the texts of a scenario: by their path, or so. */
const COREFILE = 'corefile';
const isPath = (file: string): boolean => /^(rules|events)\[/.test(file);

/**
 * An `error` with its place in the scenario's file, where it is about something that stands there; another as it is.
 */
export const placeError = (error: unknown, places: Places): unknown => {
  if (error instanceof ScenarioError) return new InputError(places.at(pathOf(error.path)), `${error.path}: ${error.reason}`);
  if (error instanceof InputError && isPath(error.position.file)) {
    const { file, line, column } = error.position;
    return new InputError(places.within(pathOf(file), line, column), error.reason, error.mend);
  }
  if (error instanceof CorefileError && error.position.file === COREFILE) {
    const { line, column } = error.position;
    return new InputError(places.within(['cache', 'corefile'], line, column), error.reason, error.mend);
  }
  return error;
};
