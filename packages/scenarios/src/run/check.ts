import { ScenarioError } from '../scenario/error.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { checkExpectations } from './check-expectations.ts';
import { checkNames } from './check-names.ts';
import { checkNumbers } from './check-numbers.ts';

/** What the types cannot say. @throws ScenarioError */
export const checkScenario = (scenario: Scenario): void => {
  const { cache, clients, lookups } = scenario;
  if (cache.agent === 'running' && !cache.localAddress && !cache.clusterIp) {
    throw new ScenarioError('cache.agent', 'it cannot listen where it has no address; add one, or take it down');
  }
  const names = clients.map(({ name }) => name);
  const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (twice >= 0) throw new ScenarioError(`clients[${twice}].name`, `there are two clients "${names[twice] ?? ''}"`);
  for (const [at, { client: name, call }] of lookups.entries()) {
    const client = clients.find((one) => one.name === name);
    if (client === undefined) throw new ScenarioError(`lookups[${at}].client`, `there is no client "${name}" (there are ${names.join(', ') || 'none'})`);
    if (call === 'ipv4-only' && client.resolver !== 'glibc') throw new ScenarioError(`lookups[${at}].call`, `of ${client.resolver} only lookups for any family are modelled`);
  }
  checkNumbers(scenario);
  checkNames(scenario);
  checkExpectations(scenario);
  for (const [at, { atMs }] of scenario.events.entries()) {
    if (atMs < (scenario.events[at - 1]?.atMs ?? 0)) throw new ScenarioError(`events[${at}].atMs`, 'events stand in the order of time');
  }
};
