import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { encodeQuery } from '@nodelocal/dns-cache';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openShared } from '../../src/loop/shared-port.ts';
import type { SystemCalls } from '../../src/loop/system-calls.ts';
import { MSG_DONTWAIT, systemCalls } from '../../src/loop/system-calls.ts';
import { SHARED_BY_OCTETS, threadOf } from '../../src/message/share.ts';
import { freePort } from '../support/loopback.ts';

const calls = systemCalls();
const note = calls === undefined ? ' (skipped: no koffi for this machine, or DNS_CACHE_LOOP=off)' : '';
const ADDRESS = '127.0.0.1';

/** What the kernel gave to each socket. */
const drain = ({ recv }: SystemCalls, fds: readonly number[]): readonly (readonly string[])[] => {
  const buffer = new Uint8Array(65_536);
  return fds.map((fd) => {
    const got: string[] = [];
    for (;;) {
      const octets = recv(fd, buffer, buffer.length, MSG_DONTWAIT);
      if (octets < 0) return got;
      got.push(Buffer.from(buffer.subarray(0, octets)).toString('hex'));
    }
  });
};

const label = fc.stringMatching(/^[a-zA-Z0-9-]{1,20}$/);
const query = fc.array(label, { minLength: 0, maxLength: 11 }).map((labels) => encodeQuery({ id: 1, name: `${labels.join('.')}.`, type: 'A' }));

describe.skipIf(calls === undefined)(`threads that share a port${note}`, () => {
  it.each([2, 3, 7])('get the names that are theirs, from the kernel: %i threads', async (threads) => {
    if (calls === undefined) return;
    const share = { threads, seed: 0xdeadbeef };
    const port = await freePort();
    const opened = openShared(calls, { address: ADDRESS, port }, share);
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    const octets = fc.uint8Array({ minLength: 1, maxLength: 200 });
    // What has no name, what is cut short, and names beyond what is looked at.
    const messages = fc.sample(fc.oneof({ weight: 4, arbitrary: query }, octets), { numRuns: 600, seed: 20_261_130 });
    const client = createSocket('udp4');
    client.connect(port, ADDRESS);
    await once(client, 'connect');
    const expected: string[][] = Array.from({ length: threads }, () => []);
    for (const message of messages) {
      expected[threadOf(message, share)]?.push(Buffer.from(message).toString('hex'));
      await new Promise<void>((resolve, reject) => client.send(message, (error) => (error === null ? resolve() : reject(error))));
    }
    const got = drain(calls, opened.fds);
    client.close();
    for (const fd of opened.fds) calls.close(fd);
    expect(got).toEqual(expected);
    expect(Math.min(...expected.map(({ length }) => length))).toBeGreaterThan(messages.length / threads / 2);
  });

  it('take a name for the same in either case, and by its first octets alone', () => {
    const share = { threads: 1000, seed: 7 };
    const of = (name: string): number => threadOf(encodeQuery({ id: 1, name, type: 'AAAA' }), share);
    expect(of('WWW.Example.ORG.')).toBe(of('www.example.org.'));
    expect(of('www.example.org.')).not.toBe(of('www.example.net.'));
    const long = Array.from({ length: 3 }, () => 'a'.repeat(SHARED_BY_OCTETS / 2 - 1)).join('.');
    expect(of(`${long}.one.`)).toBe(of(`${long}.two.`));
  });
});
