import { describe, expect, it } from 'vitest';
import { listedUnder } from '../conformance/row.ts';
import { replay } from './replay.ts';
import { hasScenarios, missedBy, scenarios, scenariosNote } from './scenario.ts';

/** Scenarios of what is still to be built: each has to fail until it is, and is taken out then. */
const AWAITS_ENGINE: Readonly<Record<string, string>> = {
  'unbound/serve_expired_0ttl_nodata': 'an answer that is not kept (TTL 0) ends the expired denial that it refreshes',
  'unbound/serve_expired_0ttl_nxdomain': 'an answer that is not kept (TTL 0) ends the expired denial that it refreshes',
};

describe.skipIf(!hasScenarios)(`replay scenarios${scenariosNote}`, () => {
  const differing = new Set(listedUnder('Scenarios where the server differs'));
  const passing = scenarios.filter(({ name }) => !differing.has(name) && AWAITS_ENGINE[name] === undefined);

  it('are all there, and docs/conformance.md names no others', () => {
    expect(scenarios).toHaveLength(108);
    const names = scenarios.map(({ name }) => name);
    expect([...differing, ...Object.keys(AWAITS_ENGINE)].filter((name) => !names.includes(name))).toEqual([]);
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

  it.fails.each(scenarios.filter(({ name }) => AWAITS_ENGINE[name] !== undefined))(
    '$name awaits the engine',
    (scenario) => {
      expect(replay(scenario)).toEqual([]);
    },
  );

  it.each(['unbound', 'dnsmasq'] as const)('are missed less often than by %s', (server) => {
    const theirs = missedBy(server);
    const measured = scenarios.filter(({ name }) => theirs.has(name) && AWAITS_ENGINE[name] === undefined);
    // What was measured of the others: response codes, answers and their TTLs, without options and upstream queries.
    const ours = measured.filter((scenario) =>
      replay(scenario).some(({ about }) => about === 'rcode' || about === 'answer' || about === 'silence'),
    );
    expect(measured.length).toBeGreaterThan(60);
    expect(ours.length).toBeLessThan(measured.filter(({ name }) => theirs.get(name)).length);
  });
});
