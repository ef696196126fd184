import { describe, expect, it } from 'vitest';
import { cached, nxdomain, positive, www } from './support.ts';

describe('a failure beside an answer', () => {
  it('SERVFAIL does not hide an answer that is still good', () => {
    // CD is part of the key; the two entries must be of one key, so that the answer comes while the failure waits.
    const server = cached();
    server.ask({ name: www });
    const failing = server.lastAsk;
    server.ask({ name: www }, 'tcp');
    const answering = server.lastAsk;
    server.respond(positive(20), answering);
    server.respond({ rcode: 'SERVFAIL' }, failing);
    server.ask({ name: www });
    expect(server.cacheSteps.slice(-3)).toEqual(['stored success 20', 'stored denial 5', 'hit success']);
  });

  it('a denial hides an older answer', () => {
    const server = cached();
    server.ask({ name: www });
    const first = server.lastAsk;
    server.ask({ name: www }, 'tcp');
    server.respond(positive(20));
    server.respond(nxdomain(60, 60), first);
    server.ask({ name: www });
    expect(server.cacheSteps.at(-1)).toBe('hit denial');
  });
});
