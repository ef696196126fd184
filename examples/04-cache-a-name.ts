/*
 * 4. Cache a name.
 *
 * The name server has no sockets and no clock: it is told what happened and when, and says what to do.
 */
import assert from 'node:assert/strict';
import { createNameServer, encodeQuery, encodeResponse, parseCorefile, readMessage } from '@nodelocal/dns-cache';
import type { Effect } from '@nodelocal/dns-cache';

const server = createNameServer({
  corefile: parseCorefile('. {\n  cache 30\n  forward . 192.0.2.53\n}\n', { file: 'Corefile' }),
  port: 53,
  readFile: () => '',
  random: () => 0.5,
});

const ask = (query: number, atMs: number): readonly Effect[] =>
  server.handle(
    {
      kind: 'query',
      query,
      transport: 'udp',
      client: { address: '10.244.1.5', port: 40_000 },
      local: { address: '10.96.0.10', port: 53 },
      message: encodeQuery({ id: query, name: 'example.org.', type: 'A' }),
    },
    atMs,
  );

const answerIn = (effects: readonly Effect[]): Uint8Array => {
  const answer = effects.find((effect) => effect.kind === 'answer');
  assert.ok(answer);
  return answer.message;
};

// Nothing is known yet: the server wants its upstream asked.
const asked = ask(1, 0).find((effect) => effect.kind === 'ask');
assert.deepEqual(asked?.upstream, { address: '192.0.2.53', port: 53 });

// The upstream answers for an hour; `cache 30` keeps it for half a minute.
const upstreamQuery = readMessage(asked?.message ?? new Uint8Array());
assert.equal(upstreamQuery.kind, 'message');
const reply = encodeResponse({
  id: upstreamQuery.kind === 'message' ? upstreamQuery.id : 0,
  question: { name: 'example.org.', type: 'A' },
  answers: [{ name: 'example.org.', type: 'A', ttlSeconds: 3600, data: { kind: 'address', address: '192.0.2.1' } }],
});
server.handle({ kind: 'reply', exchange: asked?.exchange ?? 0, message: reply }, 5);

// Ten seconds later it is answered from memory, and the time is taken off.
const later = readMessage(answerIn(ask(2, 10_005)));
assert.equal(later.kind === 'message' && later.answers[0]?.ttlSeconds, 20);

// After thirty the upstream is asked again.
assert.ok(ask(3, 30_005).some((effect) => effect.kind === 'ask'));
