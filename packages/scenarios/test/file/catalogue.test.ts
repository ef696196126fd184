import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CATALOGUE, printScenario, readScenario, scenarioSchema } from '@nodelocal/scenarios';

const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(scenarioSchema() as object);
const noFile = (name: string): never => {
  throw new Error(name);
};

describe('a scenario of the catalogue as a file', () => {
  it.each(CATALOGUE.map((scenario) => [scenario.name, scenario] as const))('%s reads back as it is, and fits the schema', (name, scenario) => {
    const text = printScenario(scenario);
    expect(readScenario(`${name}.yaml`, text, noFile).scenario).toEqual(scenario);
    isValid(parse(text));
    expect(isValid.errors).toBeNull();
  });
});

describe('the schema', () => {
  it('stands beside the package, for editors', () => {
    const text = readFileSync(new URL('../../scenario.schema.json', import.meta.url), 'utf8');
    // pnpm -s scenarios schema > packages/scenarios/scenario.schema.json
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(scenarioSchema())));
  });

  it.each([{ nam: 'mine' }, { name: 'mine', cache: { notrack: 'some' } }, { name: 'mine', lookups: [] }, { name: 'mine', expectations: [{ kind: 'counts', of: 'sheep' }] }])('refuses %j', (wrong) => {
    expect(isValid(wrong)).toBe(false);
  });
});
