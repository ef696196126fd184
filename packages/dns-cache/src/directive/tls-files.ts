import { CorefileError } from '../corefile/error.ts';
import type { Token } from '../corefile/lexer.ts';
import type { TlsIdentity } from '../engine/effect.ts';
import { reasonOf } from '../reason.ts';

/** `CERT KEY`. */
export interface IdentityFiles {
  readonly certificate: Token;
  readonly key: Token;
}

type ReadFile = (path: string) => string;

type PemKind = 'CERTIFICATE' | 'PRIVATE KEY';

/** The text of a PEM file; whether the key fits the certificate shows when they are used. */
const readPem = (token: Token, kind: PemKind, problem: string, readFile: ReadFile): string => {
  let text: string;
  try {
    text = readFile(token.text);
  } catch (cause) {
    throw new CorefileError(token, `${problem} ${token.text}: ${reasonOf(cause)}`);
  }
  // `BEGIN RSA PRIVATE KEY` and `BEGIN EC PRIVATE KEY` are keys too.
  if (!new RegExp(`-----BEGIN (?:[A-Z]+ )?${kind}-----`).test(text)) {
    throw new CorefileError(token, `${problem} ${token.text}: no ${kind} in it`, 'PEM is wanted');
  }
  return text;
};

/** @throws CorefileError for a file that cannot be used. */
export const readIdentity = ({ certificate, key }: IdentityFiles, readFile: ReadFile): TlsIdentity => ({
  certificate: readPem(certificate, 'CERTIFICATE', 'could not load TLS cert', readFile),
  key: readPem(key, 'PRIVATE KEY', 'could not load TLS key', readFile),
});

/** @throws CorefileError for a file that cannot be used. */
export const readAuthorities = (file: Token, readFile: ReadFile): string =>
  readPem(file, 'CERTIFICATE', 'could not read root certs from', readFile);
