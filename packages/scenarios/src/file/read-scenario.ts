import { InputError } from '@nodelocal/netfilter-sim';
import type { Document } from 'yaml';
import { LineCounter, parseDocument, visit } from 'yaml';
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
 * Reads the text of a scenario's file (`source`): YAML 1.2, or JSON. `file` is the name that errors show.
 * @param readText the text of a file that it names, by the name that it says @throws InputError that says where, and a way to mend it
 */
export const readScenario = (file: string, source: string, readText: (name: string) => string): ReadScenario => {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const places = placesOf(file, source, document, lines);
  const [broken] = document.errors;
  if (broken?.code === 'MULTIPLE_DOCS') throw new InputError(places.atOffset(broken.pos[0]), 'a second document begins here', 'one file says one scenario');
  if (broken !== undefined) throw new InputError(places.atOffset(broken.pos[0]), broken.message, 'this is no YAML');
  const shaped = scenarioShape.safeParse(valueOf(document, places));
  if (shaped.success) return { scenario: assemble(shaped.data, readText), places };
  const { path, reason, mend } = complaintOf(shaped.error.issues);
  throw new InputError(places.at(path), reason, mend);
};

/** @throws InputError for an alias of nothing, and where aliases of aliases would fill the memory */
const valueOf = (document: Document.Parsed, places: Places): unknown => {
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined) throw new InputError(places.atOffset(alias.range?.[0] ?? 0), `there is no anchor &${alias.source} above`, 'set it, or put a text that begins with * in quotes');
    },
  });
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new InputError(places.at([]), 'its aliases stand for more than a scenario could hold', 'write out what they stand for');
  }
};
