import { describe, expect, it } from 'vitest';
import { listedUnder } from '../conformance/row.ts';
import { replay } from './replay.ts';
import { hasScenarios, missedBy, scenarios, scenariosNote } from './scenario.ts';

describe.skipIf(!hasScenarios)(`replay scenarios${scenariosNote}`, () => {
  const differing = new Set(listedUnder('Scenarios where the server differs'));
  const passing = scenarios.filter(({ name }) => !differing.has(name));

  it('are all there, and docs/conformance.md names no others', () => {
    expect(scenarios).toHaveLength(108);
    const names = scenarios.map(({ name }) => name);
    expect([...differing].filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(passing)('$name', (scenario) => {
    expect(replay(scenario)).toEqual([]);
  });

  it.each(scenarios.filter(({ name }) => differing.has(name)))(
    '$name differs, as docs/conformance.md says',
    (scenario) => {
      expect(replay(scenario)).not.toEqual([]);
    },
  );

  it.each(['unbound', 'dnsmasq'] as const)('are missed less often than by %s', (server) => {
    const theirs = missedBy(server);
    const measured = scenarios.filter(({ name }) => theirs.has(name));
    // What was measured of the others: response codes, answers and their TTLs, without options and upstream queries.
    const ours = measured.filter((scenario) =>
      replay(scenario).some(({ about }) => about === 'rcode' || about === 'answer' || about === 'silence'),
    );
    expect(measured.length).toBeGreaterThan(60);
    expect(ours.length).toBeLessThan(measured.filter(({ name }) => theirs.get(name)).length);
  });
});
