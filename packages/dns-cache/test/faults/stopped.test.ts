import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../conformance/stream.ts';
import { askUdp, freePort } from '../support/loopback.ts';
import { run, stop } from '../support/running.ts';
import { sharedScratch } from '../support/scratch.ts';
import { read } from '../support/world.ts';
import { pause } from './support/server.ts';
import type { Received } from './support/upstream.ts';
import { answerTo, startUpstream } from './support/upstream.ts';

/** Questions that are in flight when the server is stopped. */
const QUESTIONS = 20;

describe('a server that was stopped while answers came', () => {
  const files = sharedScratch();

  it.concurrent.each(
    [[], ['force_tcp']].flatMap((options) => [400, 2300, 3500].map((ms) => ({ options, ms, over: options.length === 0 ? 'UDP' : 'TCP' }))),
  )('reads them first: nothing is asked again, nobody hears SERVFAIL ($over, $ms ms)', { timeout: 30_000 }, async ({ options, ms }) => {
    const held: Received[] = [];
    const hold = (received: Received): void => void held.push(received);
    const upstream = await startUpstream({ udp: hold, tcp: hold });
    const port = await freePort();
    const file = files.write(`Corefile-${port}`, `.:${port} {\n bind 127.0.0.1\n errors\n forward . 127.0.0.1:${upstream.port} {\n${options.map((option) => `  ${option}\n`).join('')} }\n}\n`);
    const program = run(file);
    try {
      await program.until(/CoreDNS|dns-cache/);
      const asked = Array.from({ length: QUESTIONS }, (_, at) => askUdp(port, encodeQuery({ id: at, name: `n${at}.example.org`, type: 'A' })));
      await waitFor('all are asked of the upstream', 20_000, () => held.length >= QUESTIONS);
      program.child.kill('SIGSTOP');
      for (const { message, send } of held.splice(0)) send(answerTo(message));
      await pause(ms);
      // On a busy machine it may have asked again before it was stopped, and rightly; what it asked is read by the next turn.
      await new Promise((resolve) => void setImmediate(resolve));
      const before = upstream.asked.length;
      program.child.kill('SIGCONT');
      expect((await Promise.all(asked)).map((answer) => read(answer).rcode)).toEqual(Array.from({ length: QUESTIONS }, () => 'NOERROR'));
      expect(upstream.asked).toHaveLength(before);
      expect(upstream.probed()).toBe(0);
    } finally {
      program.child.kill('SIGCONT');
      await stop(program);
      await upstream.stop();
    }
  });
});
