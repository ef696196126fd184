import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import type { Effect } from '@nodelocal/dns-cache';
import { encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import type { Service } from '@nodelocal/dns-cache/server';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Stream } from '../conformance/stream.ts';
import { streamOf, waitFor } from '../conformance/stream.ts';
import type { Authority, Identity } from '../support/certificate.ts';
import { createAuthority } from '../support/certificate.ts';
import { framed } from '../support/loopback.ts';
import { startService } from '../support/serve.ts';

/** What the server's certificate is for. */
export const NAME = 'dns.example.org';

export const query = (id: number, name = `n${id}.test`): Uint8Array => encodeQuery({ id, name, type: 'A' });

interface Served {
  readonly service: Service;
  readonly lines: readonly string[];
  readonly effects: readonly Effect[];
  reload(corefile: string): Promise<void>;
}

const parse = (corefile: string) => parseCorefile(corefile, { file: 'Corefile' });

export const serve = async (corefile: string): Promise<Served> => {
  const lines: string[] = [];
  const effects: Effect[] = [];
  const service = await startService({
    corefile: parse(corefile),
    port: 53,
    readFile: (path) => readFileSync(path, 'utf8'),
    log: (_level, line) => lines.push(line),
    observe: (effect) => effects.push(effect),
  });
  onTestFinished(() => service.stop());
  return { service, lines, effects, reload: (text) => service.reload(parse(text)) };
};

/** Whom certificates are of; there are none before the tests begin. */
interface Identities {
  readonly authority: Authority;
  readonly stranger: Authority;
  readonly server: Identity;
  readonly client: Identity;
  /** A client whom the stranger has signed. */
  readonly unknownClient: Identity;
}

const createIdentities = (): Identities => {
  const [authority, stranger] = [createAuthority(), createAuthority()];
  return {
    authority,
    stranger,
    server: authority.sign('server', `DNS:${NAME}`),
    client: authority.sign('client', 'DNS:client'),
    unknownClient: stranger.sign('unknown', 'DNS:unknown'),
  };
};

/** Listeners over TLS, and clients that trust the authority. */
export interface TlsLab {
  readonly identities: Identities;
  /** `tls` with the server's own certificate. */
  readonly identity: (more?: string) => string;
  /** A server block that serves over TLS. */
  readonly block: (port: number, tls?: string, plugin?: string) => string;
  /** A connection whose handshake is over, on the client's side; rejects where it fails. */
  readonly dial: (port: number, options?: ConnectionOptions) => Promise<Stream & { readonly tls: TLSSocket }>;
  /** Asks over a connection of its own. */
  readonly ask: (port: number, message: Uint8Array, options?: ConnectionOptions) => Promise<Uint8Array>;
  readonly isAnswered: (port: number, options: ConnectionOptions) => Promise<boolean>;
}

/** For a `describe`: its certificates come before its tests and go after them. */
export const tlsLab = (): TlsLab => {
  let made: Identities | undefined;
  const identities = (): Identities => {
    if (made === undefined) throw new Error('certificates are made before the tests, not before the describe');
    return made;
  };
  beforeAll(() => {
    made = createIdentities();
  });
  afterAll(() => {
    made?.authority.remove();
    made?.stranger.remove();
  });

  const identity: TlsLab['identity'] = (more = '') => {
    const { certificatePath, keyPath } = identities().server;
    return `tls ${certificatePath} ${keyPath} ${more}`;
  };

  const dial: TlsLab['dial'] = async (port, options = {}) => {
    const tls = connect({
      host: '127.0.0.1',
      port,
      servername: NAME,
      ca: readFileSync(identities().authority.path),
      ALPNProtocols: ['dot'],
      ...options,
    });
    onTestFinished(() => void tls.destroy());
    const stream = streamOf(tls);
    await once(tls, 'secureConnect');
    return { ...stream, tls };
  };

  const ask: TlsLab['ask'] = async (port, message, options = {}) => {
    const stream = await dial(port, options);
    stream.tls.write(framed(message));
    await waitFor('an answer', 3000, () => stream.messages.length > 0 || stream.tls.destroyed);
    stream.tls.destroy();
    const [answer] = stream.messages;
    if (answer === undefined) throw new Error('closed without an answer');
    return answer;
  };

  return {
    get identities() {
      return identities();
    },
    identity,
    block: (port, tls = identity(), plugin = 'whoami') => `tls://.:${port} {\n bind 127.0.0.1\n ${tls}\n ${plugin}\n}`,
    dial,
    ask,
    isAnswered: (port, options) =>
      ask(port, query(1), options).then(
        () => true,
        () => false,
      ),
  };
};
