/*
 * 8. The cache alone.
 *
 * No Corefile, no sockets, no clock: a query goes in, and out comes the answer, or that nobody knows it.
 */
import { createAnswerCache } from '@nodelocal/dns-cache/engine';
import { encodeQuery, encodeResponse } from '@nodelocal/dns-cache/message';

const cache = createAnswerCache();
const question = { name: 'example.org.', type: 'A' };
const query = encodeQuery({ id: 1, ...question });
console.log(cache.answer(query, 0).kind);

// Somebody is asked, and answers for a minute.
const response = encodeResponse({ id: 1, question, answers: [{ ...question, ttlSeconds: 60, data: { kind: 'address', address: '192.0.2.1' } }] });
console.log(cache.keep(query, response, 0));
console.log(cache.answer(query, 59_999).kind, cache.answer(query, 60_000).kind);

/* It prints:

miss
{ kind: 'kept', store: 'success', lifeSeconds: 60 }
hit miss
*/
