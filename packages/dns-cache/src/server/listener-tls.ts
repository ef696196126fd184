import type { Position } from '../corefile/error.ts';
import { CorefileError, placeText } from '../corefile/error.ts';
import { readAuthorities, readIdentity } from '../directive/tls-files.ts';
import type { TlsIdentity } from '../engine/effect.ts';
import type { ClientAuth, TlsFacility } from '../plugin/facility.ts';

/** How a listener over TLS is known, and what it asks of clients; certificates and keys as PEM. */
export interface ListenerTls {
  readonly identity: TlsIdentity;
  /** Who must have signed the certificates of clients; where it is missing, those whom the system trusts. */
  readonly authorities: string | undefined;
  readonly clientAuth: ClientAuth;
  /** Where the Corefile names the certificate. */
  readonly position: Position;
}

export const tlsFilesOf = ({ identity, authorities }: TlsFacility): readonly string[] =>
  [identity.certificate, identity.key, authorities].flatMap((token) => token?.text ?? []);

/** @throws CorefileError for a file that cannot be used. */
export const readListenerTls = (facility: TlsFacility, readFile: (path: string) => string): ListenerTls => ({
  identity: readIdentity(facility.identity, readFile),
  authorities: facility.authorities && readAuthorities(facility.authorities, readFile),
  clientAuth: facility.clientAuth,
  position: facility.identity.certificate,
});

const sayTheSame = (one: TlsFacility, other: TlsFacility): boolean =>
  one.clientAuth === other.clientAuth && tlsFilesOf(one).join('\n') === tlsFilesOf(other).join('\n');

/**
 * The one that counts of what the blocks of a listener say.
 * @throws CorefileError where they disagree: a connection is made before it is known which zone will be asked for
 */
export const agreeOnTls = (listener: string, said: readonly TlsFacility[]): TlsFacility | undefined => {
  const [first] = said;
  const other = first && said.find((one) => !sayTheSame(one, first));
  if (first === undefined || other === undefined) return first;
  throw new CorefileError(
    other.identity.certificate,
    `${listener} has one certificate for all its zones`,
    `say the same as in ${placeText(first.identity.certificate, other.identity.certificate)}, or give the block a port or a bind of its own`,
  );
};
