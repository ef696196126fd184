import { describe, expect, it } from 'vitest';
import { alias } from '../support/world.ts';
import { answering, expired, heard } from './coredns-timeline.ts';
import { nodata, nxdomain, www } from './support.ts';
import type { Response } from './support.ts';

const FAILURES: readonly (readonly [string, Response])[] = [
  ['SERVFAIL', { rcode: 'SERVFAIL' }],
  ['REFUSED', { rcode: 'REFUSED' }],
  ['NOTIMP', { rcode: 'NOTIMP' }],
  ['a CNAME that leads nowhere', { answers: [alias(www, 'x.example.org.', 60)] }],
];

const NEWS: readonly (readonly [string, Response, string])[] = [
  ['an answer', answering(2, 60), '.2 60'],
  ['NXDOMAIN', nxdomain(60, 60), 'NXDOMAIN'],
  ['no data', nodata(60, 60), 'NOERROR'],
];

describe('what the upstream says of an expired entry (TestServeFromStaleCacheFetchVerify)', () => {
  it.each(FAILURES)('verify, %s: the stale answer', (_what, response) => {
    const world = expired('serve_stale 1h verify', 90);
    const query = world.ask({ name: www });
    world.respond(response);
    expect(heard(world, query)).toBe('.1 0');
  });

  it.each(FAILURES)('immediate, %s: still there', (_what, response) => {
    const world = expired('serve_stale', 90);
    world.ask({ name: www });
    world.respond(response);
    expect(heard(world, world.ask({ name: www }))).toBe('.1 0');
  });

  it.each(NEWS)('verify, %s: told, and kept', (_what, response, expected) => {
    const world = expired('serve_stale 1h verify', 90);
    const query = world.ask({ name: www });
    world.respond(response);
    expect(heard(world, query)).toBe(expected);
    expect(heard(world, world.ask({ name: www }))).toBe(expected);
    expect(world.asks).toHaveLength(2);
  });

  it.each(NEWS)('immediate, %s: kept', (_what, response, expected) => {
    const world = expired('serve_stale', 90);
    expect(heard(world, world.ask({ name: www }))).toBe('.1 0');
    world.respond(response);
    expect(heard(world, world.ask({ name: www }))).toBe(expected);
  });

  it('a stale denial is served as an answer is', () => {
    const world = expired('serve_stale 1h verify', 90, nxdomain(60, 60));
    const query = world.ask({ name: www });
    world.respond({ rcode: 'SERVFAIL' });
    expect(heard(world, query)).toBe('NXDOMAIN');
  });

  it('a SERVFAIL is never stale', () => {
    const world = expired('serve_stale 1h immediate', 90, { rcode: 'SERVFAIL' });
    expect(heard(world, world.ask({ name: www }))).toBe('waits');
  });

  // CoreDNS serves the stale answer instead, to clients over UDP for as long as the answer is too large for them.
  it('verify, a truncated answer: told, and the stale one stays for a failure over TCP', () => {
    const world = expired('serve_stale 1h verify', 90);
    const cut = world.ask({ name: www });
    world.respond({ ...answering(2, 60), truncated: true });
    expect(world.answer(cut).truncated).toBe(true);
    const again = world.ask({ name: www }, 'tcp');
    world.respond({ rcode: 'SERVFAIL' });
    expect(heard(world, again)).toBe('.1 0');
  });

  it('immediate, a truncated answer: the stale one stays', () => {
    const world = expired('serve_stale', 90);
    world.ask({ name: www });
    world.respond({ ...answering(2, 60), truncated: true });
    expect(heard(world, world.ask({ name: www }))).toBe('.1 0');
  });
});
