/*
 * 6. Outlast an outage.
 *
 * CoreDNS is gone. With `serve_stale` the node goes on with what it knew, and says so; without, clients hear why not.
 */
import assert from 'node:assert/strict';
import { createNameServer, encodeQuery, encodeResponse, parseCorefile, readMessage } from '@nodelocal/dns-cache';
import type { Effect, NameServer, ServerEvent } from '@nodelocal/dns-cache';

const SECOND_MS = 1000;

/** A node whose upstream answers until it is told to die. Nothing here is a socket, and an hour takes no time. */
class Node {
  readonly #server: NameServer;
  readonly #answers: Uint8Array[] = [];
  #now = 0;
  upstreamLives = true;

  constructor(cacheOptions: string) {
    this.#server = createNameServer({
      corefile: parseCorefile(`. {\n  cache 30 {\n    ${cacheOptions}\n  }\n  forward . 192.0.2.53\n}\n`, { file: 'Corefile' }),
      port: 53,
      readFile: () => '',
      random: () => 0.5,
    });
  }

  #handle(event: ServerEvent): void {
    for (const effect of this.#server.handle(event, this.#now)) this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    if (effect.kind === 'answer') this.#answers.push(effect.message);
    if (effect.kind !== 'ask' || !this.upstreamLives) return;
    const asked = readMessage(effect.message);
    if (asked.kind !== 'message' || asked.question === undefined) return;
    const record = { ttlSeconds: 30, type: 'A', data: { kind: 'address', address: '10.96.0.1' } } as const;
    const answers = [{ ...record, name: asked.question.name }];
    const message = encodeResponse({ id: asked.id, question: asked.question, answers });
    this.#handle({ kind: 'reply', exchange: effect.exchange, message });
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (let at = this.#server.nextTimeout(); at !== undefined && at <= end; at = this.#server.nextTimeout()) {
      this.#now = Math.max(this.#now, at);
      this.#handle({ kind: 'timeout' });
    }
    this.#now = end;
  }

  /** What a pod hears within its own five seconds: response code, TTL, and after how long. */
  look(): { readonly rcode: string; readonly ttlSeconds: number | undefined; readonly afterMs: number } {
    const asked = this.#now;
    const before = this.#answers.length;
    const message = encodeQuery({ id: 1, name: 'kubernetes.default.svc.cluster.local.', type: 'A' });
    const client = { address: '10.244.1.5', port: 40_000 };
    this.#handle({ kind: 'query', query: 1, transport: 'udp', client, local: { address: '10.96.0.10', port: 53 }, message });
    while (this.#answers.length === before && this.#now < asked + 5 * SECOND_MS) this.pass(100);
    const answer = readMessage(this.#answers.at(-1) ?? new Uint8Array());
    assert.equal(answer.kind, 'message');
    if (answer.kind !== 'message') throw new Error('unreachable');
    return { rcode: answer.rcode, ttlSeconds: answer.answers[0]?.ttlSeconds, afterMs: this.#now - asked };
  }
}

const outage = (cacheOptions: string) => {
  const node = new Node(cacheOptions);
  assert.deepEqual(node.look(), { rcode: 'NOERROR', ttlSeconds: 30, afterMs: 0 });
  node.upstreamLives = false;
  node.pass(60 * SECOND_MS);
  return node;
};

// The answer has expired, and nobody is there: SERVFAIL, but before the pod gives up.
const plain = outage('servfail 5s').look();
assert.equal(plain.rcode, 'SERVFAIL');
assert.ok(plain.afterMs <= 4 * SECOND_MS);

// With serve_stale the pod has its address at once, with the TTL that was asked for.
const stale = outage('serve_stale 1h immediate 30s');
assert.deepEqual(stale.look(), { rcode: 'NOERROR', ttlSeconds: 30, afterMs: 0 });

// Or only once the upstream had its chance: a quarter of a second.
const careful = outage('serve_stale 1h verify 250ms 30s');
assert.deepEqual(careful.look(), { rcode: 'NOERROR', ttlSeconds: 30, afterMs: 300 });

// When it is back, the next look has its answer fetched, and the one after that gets it.
stale.upstreamLives = true;
stale.pass(60 * SECOND_MS);
stale.look();
stale.pass(10 * SECOND_MS);
assert.equal(stale.look().ttlSeconds, 20);
