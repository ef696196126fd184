import { CorefileError } from '../../corefile/error.ts';
import type { Token } from '../../corefile/lexer.ts';
import type { TlsSettings } from '../../engine/effect.ts';
import type { TlsFiles } from './rule.ts';

type PemKind = 'CERTIFICATE' | 'PRIVATE KEY';

/** The text of a PEM file; whether the key fits the certificate shows when they are used. */
const readPem = (token: Token, kind: PemKind, problem: string, readFile: (path: string) => string): string => {
  let text: string;
  try {
    text = readFile(token.text);
  } catch (cause) {
    throw new CorefileError(token, `${problem} ${token.text}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  // `BEGIN RSA PRIVATE KEY` and `BEGIN EC PRIVATE KEY` are keys too.
  if (!new RegExp(`-----BEGIN (?:[A-Z]+ )?${kind}-----`).test(text)) {
    throw new CorefileError(token, `${problem} ${token.text}: no ${kind} in it`, 'PEM is wanted');
  }
  return text;
};

/** @throws CorefileError for a file that cannot be used. */
export const readTlsFiles = (
  { client, authorities }: TlsFiles,
  readFile: (path: string) => string,
): Omit<TlsSettings, 'serverName'> => ({
  authorities:
    authorities === undefined
      ? undefined
      : readPem(authorities, 'CERTIFICATE', 'could not read root certs from', readFile),
  client: client && {
    certificate: readPem(client.certificate, 'CERTIFICATE', 'could not load TLS cert', readFile),
    key: readPem(client.key, 'PRIVATE KEY', 'could not load TLS key', readFile),
  },
});
