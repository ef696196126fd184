import { describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { cached, positive, www } from './support.ts';

describe('who shares an answer', () => {
  const world = (): World => {
    const made = cached();
    made.ask({ name: www });
    made.respond({ ...positive(20), authenticated: true });
    return made;
  };

  it.each([
    ['another spelling', { name: 'WwW.eXample.ORG' }, true],
    ['another ID', { name: www, id: 1 }, true],
    ['RD=0', { name: www, recursionDesired: false }, true],
    ['AD=1', { name: www, authenticated: true }, true],
    ['EDNS without DO', { name: www, edns: { udpPayloadSize: 1232 } }, true],
    ['DO=1', { name: www, edns: { udpPayloadSize: 1232, dnssecOk: true } }, false],
    ['CD=1', { name: www, checkingDisabled: true }, false],
    ['another type', { name: www, type: 'AAAA' }, false],
    ['another class', { name: www, class: 'CH' }, false],
    ['a name that differs by a dot within a label', { name: 'www\\.example.org' }, false],
  ])('%s', (_what, options, shared) => {
    const server = world();
    server.ask(options);
    expect(server.cacheSteps.at(-1)).toBe(shared ? 'hit success' : 'miss');
  });

  it('an answer to RD=0 serves no query with RD=1, and does not take the place of one that does', () => {
    const server = cached();
    server.ask({ name: www, recursionDesired: false });
    server.respond(positive(20));
    server.ask({ name: www, recursionDesired: false });
    server.ask({ name: www });
    server.respond(positive(20));
    expect(server.cacheSteps).toEqual(['miss', 'stored success 20', 'hit success', 'miss', 'stored success 20']);
    server.ask({ name: www });
    expect(server.cacheSteps.at(-1)).toBe('hit success');
  });

  it('AD is told to those who set AD or DO, and asked of the upstream for all', () => {
    const server = world();
    expect(server.asks.map(({ message }) => (message[3] ?? 0) & 0x20)).toEqual([0x20]);
    const plain = server.ask({ name: www });
    const aware = server.ask({ name: www, authenticated: true });
    expect([server.answer(plain).authenticated, server.answer(aware).authenticated]).toEqual([false, true]);
  });

  it.each([true, false])('AA is the upstream’s (%s) on a miss and on a hit', (authoritative) => {
    const server = cached();
    const miss = server.ask({ name: www });
    server.respond({ ...positive(20), authoritative });
    const hit = server.ask({ name: www });
    expect([server.answer(miss).authoritative, server.answer(hit).authoritative]).toEqual([authoritative, authoritative]);
  });

  it('only names in the zones of `cache` are kept', () => {
    const server = cached('cache 30 example.com');
    server.ask({ name: www });
    server.respond(positive(20));
    server.ask({ name: www });
    expect(server.cacheSteps).toEqual([]);
    expect(server.asks).toHaveLength(2);
  });
});
