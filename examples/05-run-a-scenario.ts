/*
 * 5. Run a scenario.
 *
 * Node and cache together: a pod's resolver, the modelled network, and the same engine that serves real
 * clients. A recording is plain data and repeats itself for its seed.
 */
import assert from 'node:assert/strict';
import { CATALOGUE, recordingSentence, simulate } from '@nodelocal/scenarios';
import { lessonInputs } from './lesson-node.ts';

const sentences = CATALOGUE.map(({ name, setting, lookups }) =>
  recordingSentence(simulate({ scenario: name, setting, lookups }, lessonInputs(), 1)),
);
assert.equal(sentences.length, 4);
assert.match(sentences[0] ?? '', /node-cache answers, 4 misses by way of CoreDNS over TCP and 4 hits from memory/);
assert.match(sentences[2] ?? '', /nobody answers, and the lookup fails after 20 s/);
