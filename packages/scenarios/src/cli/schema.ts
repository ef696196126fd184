import { Command } from 'commander';
import { scenarioSchema } from '../file/json-schema.ts';
import { print } from './inputs.ts';

export const schemaCommand = (): Command =>
  new Command('schema').description("the JSON schema of a scenario's file, for editors").action(() => print([JSON.stringify(scenarioSchema(), undefined, 2)]));
