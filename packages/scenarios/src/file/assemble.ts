import { LESSON_SCENARIO } from '../cluster/lesson-scenario.ts';
import type { ScenarioEvent } from '../scenario/event.ts';
import type { ScenarioLookup } from '../scenario/lookup.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ScenarioFile } from './shape/scenario.ts';
import type { TextOrFile } from './shape/text.ts';

/** The value that a file says, with the texts of the files that it names. */
export const assemble = (file: ScenarioFile, readText: (name: string) => string): Scenario => {
  const textOf = (text: TextOrFile): string => (typeof text === 'string' ? text : readText(text.file));
  const { corefile, resolvConf, ...parts } = file.cache;
  const clients = file.clients.map((client) => ({ ...client, resolvConf: textOf(client.resolvConf) }));
  const first = clients[0]?.name ?? '';
  return {
    ...file,
    rules: file.rules.map(textOf),
    cache: { ...parts, ...(corefile !== undefined && { corefile: textOf(corefile) }), ...(resolvConf !== undefined && { resolvConf: textOf(resolvConf) }) },
    clients,
    servers: file.servers ?? LESSON_SCENARIO.servers,
    lookups: file.lookups?.map((lookup) => lookupOf(lookup, first)) ?? LESSON_SCENARIO.lookups.map((lookup) => ({ ...lookup, client: first })),
    events: file.events.map(({ atMs, what }): ScenarioEvent => ({ atMs, what: what.kind === 'rules-added' ? { ...what, text: textOf(what.text) } : what })),
  };
};

const lookupOf = (lookup: NonNullable<ScenarioFile['lookups']>[number], client: string): ScenarioLookup =>
  typeof lookup === 'string' ? { client, name: lookup, call: 'any-family', start: { kind: 'after', afterMs: 1000 } } : { client, ...lookup };
