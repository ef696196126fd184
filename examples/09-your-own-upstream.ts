/*
 * 9. An upstream of one's own.
 *
 * `answerUpstream` takes the place of the network: here a table of names that goes away. With `serve_stale` the server goes on with
 * what it knew, and says so by a short TTL.
 */
import { Resolver } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { encodeResponse, parseCorefile, readMessage } from '@nodelocal/dns-cache';
import type { AnswerUpstream } from '@nodelocal/dns-cache/server';
import { startService } from '@nodelocal/dns-cache/server';

let lives = true;
const answerUpstream: AnswerUpstream = async ({ message }) => {
  if (!lives) throw Object.assign(new Error('it is gone'), { code: 'ECONNREFUSED' });
  const asked = readMessage(message);
  if (asked.kind !== 'message' || asked.question === undefined) throw new Error('this is no question');
  const { name } = asked.question;
  return encodeResponse({ id: asked.id, question: asked.question, answers: [{ name, type: 'A', ttlSeconds: 1, data: { kind: 'address', address: '192.0.2.7' } }] });
};

const service = await startService({
  corefile: parseCorefile('. {\n  bind 127.0.0.1\n  cache {\n    success 10000 3600 1\n    serve_stale 1h immediate 30s\n  }\n  forward . 192.0.2.53\n}\n', { file: 'Corefile' }),
  port: 10055,
  readFile: () => '',
  log: () => undefined,
  answerUpstream,
});
const resolver = new Resolver();
resolver.setServers(['127.0.0.1:10055']);

console.log(await resolver.resolve4('example.org', { ttl: true }));
lives = false;
await setTimeout(1100);
// Its second is over, and nobody is there to ask.
console.log(await resolver.resolve4('example.org', { ttl: true }));
console.log(await resolver.resolve4('example.net').catch((error: NodeJS.ErrnoException) => error.code));
await service.stop();

/* It prints:

[ { address: '192.0.2.7', ttl: 1 } ]
[ { address: '192.0.2.7', ttl: 30 } ]
ESERVFAIL
*/
