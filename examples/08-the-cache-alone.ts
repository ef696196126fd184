/*
 * 8. The cache alone.
 *
 * No Corefile, no sockets, no clock: a query goes in, and out comes the answer or who knows nothing.
 */
import assert from 'node:assert/strict';
import { createAnswerCache } from '@nodelocal/dns-cache/engine';
import { encodeQuery, encodeResponse } from '@nodelocal/dns-cache/message';

const cache = createAnswerCache();
const question = { name: 'example.org.', type: 'A' };
const query = encodeQuery({ id: 1, ...question });

assert.equal(cache.answer(query, 0).kind, 'miss');

// Somebody is asked, and answers for a minute.
const response = encodeResponse({ id: 1, question, answers: [{ ...question, ttlSeconds: 60, data: { kind: 'address', address: '192.0.2.1' } }] });
assert.deepEqual(cache.keep(query, response, 0), { kind: 'kept', store: 'success', lifeSeconds: 60 });

assert.equal(cache.answer(query, 59_999).kind, 'hit');
assert.equal(cache.answer(query, 60_000).kind, 'miss');
