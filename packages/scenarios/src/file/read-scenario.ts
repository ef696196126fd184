import { InputError } from '@nodelocal/netfilter-sim';
import { LineCounter, parseDocument } from 'yaml';
import type { Scenario } from '../scenario/scenario.ts';
import { assemble } from './assemble.ts';
import { complaintOf } from './complaint.ts';
import type { Places } from './places.ts';
import { placesOf } from './places.ts';
import { scenarioShape } from './shape/scenario.ts';

/** A scenario that was read, and where it says what. */
export interface ReadScenario {
  readonly scenario: Scenario;
  readonly places: Places;
}

/**
 * Reads a scenario's file: YAML 1.2, or JSON.
 * @param readText the text of a file that it names, by the name that it says @throws InputError that says where, and a way to mend it
 */
export const readScenario = (file: string, source: string, readText: (name: string) => string): ReadScenario => {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const places = placesOf(file, source, document, lines);
  const [broken] = document.errors;
  if (broken !== undefined) throw new InputError(places.atOffset(broken.pos[0]), broken.message, 'this is no YAML');
  const shaped = scenarioShape.safeParse(document.toJS());
  if (shaped.success) return { scenario: assemble(shaped.data, readText), places };
  const { path, reason, mend } = complaintOf(shaped.error.issues);
  throw new InputError(places.at(path), reason, mend);
};
