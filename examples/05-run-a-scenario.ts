/*
 * 5. Run a scenario.
 *
 * Node and cache together: a pod's resolver, the modelled network, and the same engine that serves real
 * clients. A recording is plain data and repeats itself for its seed.
 */
import assert from 'node:assert/strict';
import { recordingSentence, scenarioNamed, simulate } from '@nodelocal/scenarios';
import { lessonInputs } from './lesson-node.ts';

const inputs = { folders: { lesson: lessonInputs() }, objects: {} };
const sentenceOf = (name: string): string => {
  const scenario = scenarioNamed(name);
  assert.ok(scenario);
  return recordingSentence(simulate(scenario, inputs, scenario.seed));
};
assert.match(sentenceOf('intercepted'), /node-cache answers, 4 misses by way of CoreDNS over TCP and 4 hits from memory/);
assert.match(sentenceOf('notrack-without-address'), /nobody answers, and the lookup fails after 20 s/);

// A scenario is plain data: change what you want of it.
const intercepted = scenarioNamed('intercepted');
assert.ok(intercepted);
const killed = simulate({ ...intercepted, events: [{ atMs: 500, what: { kind: 'agent-killed' } }] }, inputs, 1);
assert.deepEqual(killed.lookups.map(({ result }) => result.kind), ['resolved', 'failed']);
