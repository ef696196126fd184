import { env } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemCalls } from '../../src/loop/system-calls.ts';
import { answersBursts } from './burst.ts';

describe('one datagram at a time', () => {
  beforeAll(() => {
    env['DNS_CACHE_LOOP'] = 'off';
  });
  afterAll(() => {
    delete env['DNS_CACHE_LOOP'];
  });

  it('is what the environment asks for', () => {
    expect(systemCalls()).toBeUndefined();
  });

  answersBursts();
});
