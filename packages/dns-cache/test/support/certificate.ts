import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Identity {
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly certificate: string;
  readonly key: string;
}

/** An authority and those whom it has signed, as files that end with the tests. */
export interface Authority {
  readonly path: string;
  /** @param names subject alternative names as openssl has them: `DNS:dns.example.org,IP:127.0.0.1`. */
  sign(name: string, names: string): Identity;
  remove(): void;
}

const OPENSSL = 'openssl';

const openssl = (...words: readonly string[]): void => {
  execFileSync(OPENSSL, words, { stdio: 'pipe' });
};

export const hasOpenssl = ((): boolean => {
  try {
    openssl('version');
    return true;
  } catch {
    return false;
  }
})();

/** Debian's openssl; tests with certificates are skipped where it is not installed. */
export const opensslNote = hasOpenssl ? '' : ' (skipped: apt-get install openssl)';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export const createAuthority = (): Authority => {
  const folder = mkdtempSync(join(tmpdir(), 'dns-cache-tls-'));
  const file = (name: string): string => join(folder, name);
  const authority = ['-keyout', file('ca.key'), '-out', file('ca.pem'), '-subj', '/CN=test authority', '-days', '1'];
  openssl('req', '-x509', ...KEY, ...authority);
  return {
    path: file('ca.pem'),
    sign(name, names) {
      const [certificatePath, keyPath] = [file(`${name}.pem`), file(`${name}.key`)];
      openssl('req', ...KEY, '-keyout', keyPath, '-out', file('request'), '-subj', `/CN=${name}`);
      writeFileSync(file('extensions'), `subjectAltName=${names}\n`);
      const signing = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '1'];
      openssl('x509', '-req', '-in', file('request'), '-out', certificatePath, ...signing, '-extfile', file('extensions'));
      const read = (path: string): string => readFileSync(path, 'utf8');
      return { certificatePath, keyPath, certificate: read(certificatePath), key: read(keyPath) };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
};
