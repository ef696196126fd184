import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorefileError } from '@nodelocal/dns-cache';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../conformance/stream.ts';
import type { Identity } from '../support/certificate.ts';
import { hasOpenssl, opensslNote } from '../support/certificate.ts';
import { framed, freePort } from '../support/loopback.ts';
import { NAME, query, serve, tlsLab } from './tls-lab.ts';

describe.skipIf(!hasOpenssl)(`a listener over TLS${opensslNote}`, () => {
  const lab = tlsLab();
  const { identity, block, dial, isAnswered } = lab;

  it.for<[string, boolean, boolean, boolean]>([
    // Without a certificate, with one of a stranger, with one of the authority.
    ['nocert', true, true, true],
    ['request', true, true, true],
    ['require', false, true, true],
    ['verify_if_given', true, false, true],
    ['require_and_verify', false, false, true],
  ])('with client_auth %s lets in as Go does', async ([clientAuth, ...expected]) => {
    const { authority, unknownClient, client } = lab.identities;
    const port = await freePort();
    await serve(block(port, `${identity(authority.path)} {\n client_auth ${clientAuth}\n }`));
    const shown = [
      {},
      { cert: unknownClient.certificate, key: unknownClient.key },
      { cert: client.certificate, key: client.key },
    ];
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const heard = await Promise.all(shown.map((options) => isAnswered(port, { ...options, maxVersion })));
      expect(heard).toEqual(expected);
    }
  });

  describe('with other certificates', () => {
    let folder: string;
    const paths = () => [join(folder, 'cert.pem'), join(folder, 'key.pem')] as const;
    const install = ({ certificate, key }: Identity): void => {
      const [certificatePath, keyPath] = paths();
      writeFileSync(certificatePath, certificate);
      writeFileSync(keyPath, key);
    };
    const installed = (): string => `tls ${paths().join(' ')}`;
    const shownName = async (port: number): Promise<unknown> => {
      const { tls } = await dial(port, { checkServerIdentity: () => undefined });
      const { subject } = tls.getPeerCertificate();
      tls.destroy();
      return subject.CN;
    };
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'dns-cache-tls-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('shows the new one after a reload; connections go on', async () => {
      const { server, authority } = lab.identities;
      const port = await freePort();
      install(server);
      const served = await serve(block(port, installed()));
      const before = await dial(port);
      const other = authority.sign('renewed', `DNS:${NAME}`);
      await served.reload(block(port, `tls ${other.certificatePath} ${other.keyPath}`));
      expect(await shownName(port)).toBe('renewed');
      before.tls.write(framed(query(1)));
      expect(await before.received(1)).toHaveLength(1);
    });

    it('asks clients for certificates from a reload on, and resumes no session from before it', async () => {
      const { authority, client } = lab.identities;
      const port = await freePort();
      const served = await serve(block(port));
      const before = await dial(port);
      const ticket = once(before.tls, 'session');
      before.tls.write(framed(query(1)));
      const [session] = (await ticket) as [Buffer];
      const resuming = await dial(port, { session });
      expect(resuming.tls.isSessionReused()).toBe(true);
      await served.reload(block(port, `${identity(authority.path)} {\n client_auth require_and_verify\n }`));
      expect(await isAnswered(port, { session })).toBe(false);
      expect(await isAnswered(port, { cert: client.certificate, key: client.key })).toBe(true);
    });

    it('keeps what it has where the new one cannot be used', async () => {
      const { server, client } = lab.identities;
      const port = await freePort();
      const served = await serve(block(port));
      const mixed = block(port, `tls ${server.certificatePath} ${client.keyPath}`);
      await expect(served.reload(mixed)).rejects.toThrow(/^Corefile:3:6: could not load TLS cert: key values mismatch/);
      await expect(served.reload(block(port, `tls ${server.certificatePath} ${folder}/none`))).rejects.toThrow(CorefileError);
      expect(await shownName(port)).toBe('server');
    });

    it('shows the new one when the files change, once they fit together', async () => {
      const { server, authority } = lab.identities;
      const port = await freePort();
      install(server);
      const { lines } = await serve(block(port, installed()));
      const other = authority.sign('replaced', `DNS:${NAME}`);
      const [certificatePath, keyPath] = paths();
      writeFileSync(certificatePath, other.certificate);
      await waitFor('a warning', 5000, () => lines.length > 0);
      expect(lines[0]).toMatch(/^\[WARNING\] .*cert\.pem: Corefile:3:6: .*; going on with the certificate as it was$/);
      expect(await shownName(port)).toBe('server');
      writeFileSync(keyPath, other.key);
      for (const end = Date.now() + 5000; (await shownName(port)) !== 'replaced'; ) {
        if (Date.now() > end) throw new Error('the new certificate is not shown');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });
  });
});
