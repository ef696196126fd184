import { readFileSync } from 'node:fs';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Authority, Identity } from '../support/certificate.ts';
import { createAuthority, hasOpenssl, opensslNote } from '../support/certificate.ts';
import { THREADS } from '../support/serve.ts';
import { pause, startFaulty, unhurried } from './support/server.ts';
import { answers, silence } from './support/upstream.ts';

const NAME = 'dns.example.org';

describe.skipIf(!hasOpenssl)(`an upstream over TLS${opensslNote}`, { concurrent: true }, () => {
  let authority: Authority;
  let server: Identity;
  let client: Identity;

  beforeAll(() => {
    authority = createAuthority();
    server = authority.sign('server', `DNS:${NAME}`);
    client = authority.sign('client', 'DNS:client');
  });
  afterAll(() => authority.remove());

  const trusted = (): string => `tls ${authority.path}\n tls_servername ${NAME}`;
  const to = (port: number): string => `tls://127.0.0.1:${port}`;
  const identity = () => ({ cert: server.certificate, key: server.key });

  it('is asked by name, over one connection for many questions', async (context) => {
    const faulty = await startFaulty(context, { tls: answers, certificate: identity(), to, forward: trusted() });
    const heard = await Promise.all(Array.from({ length: 50 }, (_, index) => faulty.ask(`n${index}.example.org`)));
    expect(heard.every(({ rcode }) => rcode === 'NOERROR')).toBe(true);
    // One for each thread, and another where the machine stood still so long that the first looked half open.
    expect(faulty.upstream.connections()).toBeLessThanOrEqual(2 * THREADS);
    expect(new Set(faulty.upstream.asked.map((text) => text.split(' ')[0]))).toEqual(new Set(['tls']));
  });

  it('may be named in its TO', async (context) => {
    const forward = `tls ${authority.path}`;
    const named = (port: number): string => `tls://127.0.0.1%${NAME}:${port}`;
    const faulty = await startFaulty(context, { tls: answers, certificate: identity(), to: named, forward });
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
  });

  it('without a name must have a certificate of its address', async (context) => {
    const { certificate: cert, key } = authority.sign('address', 'IP:127.0.0.1');
    const forward = `tls ${authority.path}`;
    const right = await startFaulty(context, { tls: answers, certificate: { cert, key }, to, forward });
    expect((await right.ask('a.example.org')).answers).toHaveLength(1);
    const wrong = await startFaulty(context, { tls: answers, certificate: identity(), to, forward });
    expect((await wrong.ask('a.example.org')).rcode).toBe('SERVFAIL');
  });

  it('is resumed when its connection has been closed', async (context) => {
    const resumed: boolean[] = [];
    const faulty = await startFaulty(context, {
      tls: (received) => {
        resumed.push((received.socket as TLSSocket).isSessionReused());
        answers(received);
      },
      certificate: identity(),
      to,
      forward: `${trusted()}\n expire 50ms`,
    });
    for (let times = 0; times < 3; times += 1) {
      expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
      await pause(200);
    }
    expect(resumed).toEqual([false, true, true]);
  });

  it('that wants to know the client is shown its certificate', async (context) => {
    const ca = readFileSync(authority.path);
    const names: unknown[] = [];
    const faulty = await startFaulty(context, {
      tls: (received) => {
        names.push((received.socket as TLSSocket).getPeerCertificate().subject.CN);
        answers(received);
      },
      certificate: { ...identity(), ca, requestCert: true, rejectUnauthorized: true },
      to,
      forward: `tls ${client.certificatePath} ${client.keyPath} ${authority.path}\n tls_servername ${NAME}`,
    });
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
    expect(names).toEqual(['client']);
  });

  it.for<[string, () => string, RegExp]>([
    ['of an authority that we do not know', () => `tls_servername ${NAME}`, /: tls: .*(?:certificate|issuer)/],
    ['of another name', () => `tls ${authority.path}\n tls_servername other.example.org`, /: tls: .*other\.example\.org/],
  ])('%s gets no question, and SERVFAIL says why', async ([, forward, reason], context) => {
    const faulty = await startFaulty(context, { tls: answers, certificate: identity(), to, forward: forward() });
    const heard = await faulty.ask('a.example.org');
    expect(heard.rcode).toBe('SERVFAIL');
    expect(heard.ms).toBeLessThan(unhurried(1000));
    expect(faulty.upstream.asked).toEqual([]);
    await vi.waitFor(() => expect(faulty.lines.at(-1)).toMatch(reason));
  });

  it('is not asked with a key that does not belong to our certificate, and SERVFAIL says so', async (context) => {
    const forward = `tls ${client.certificatePath} ${server.keyPath} ${authority.path}\n tls_servername ${NAME}`;
    const faulty = await startFaulty(context, { tls: answers, certificate: identity(), to, forward });
    const heard = await faulty.ask('a.example.org');
    expect(heard.rcode).toBe('SERVFAIL');
    expect(heard.ms).toBeLessThan(unhurried(1000));
    expect(faulty.lines.at(-1)).toMatch(/A: tls: .*key values mismatch$/);
  });

  it('that speaks no TLS gets no question', async (context) => {
    const faulty = await startFaulty(context, {
      tcp: ({ send }) => send(Uint8Array.of(0)),
      to,
      forward: trusted(),
    });
    const heard = await faulty.ask('a.example.org');
    expect(heard.rcode).toBe('SERVFAIL');
    expect(faulty.upstream.asked).toEqual([]);
  });

  it('that offers TLS 1.1 at most gets no question', async (context) => {
    const old = { ...identity(), maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const faulty = await startFaulty(context, { tls: answers, certificate: old, to, forward: trusted() });
    expect((await faulty.ask('a.example.org')).rcode).toBe('SERVFAIL');
    expect(faulty.upstream.asked).toEqual([]);
  });

  it('that falls silent is left for the next one', async (context) => {
    const good = await startFaulty(context, { tls: answers, certificate: identity(), to, forward: trusted() });
    const faulty = await startFaulty(context, {
      tls: silence,
      certificate: identity(),
      to: (port) => `${to(port)} ${to(good.upstream.port)}`,
      forward: trusted(),
    });
    const heard = await faulty.ask('a.example.org');
    expect(heard.answers).toHaveLength(1);
    expect(heard.ms).toBeLessThan(unhurried(1000));
  });

  it('that closes its connection between questions is opened anew, and nobody notices', async (context) => {
    const faulty = await startFaulty(context, {
      tls: (received) => {
        answers(received);
        setTimeout(() => received.socket?.destroy(), 10);
      },
      certificate: identity(),
      to,
      forward: trusted(),
    });
    for (let round = 0; round < 4; round += 1) {
      expect((await faulty.ask(`n${round}.example.org`)).answers).toHaveLength(1);
      await pause(8 * round);
    }
    expect(faulty.lines).toEqual([]);
  });
});
