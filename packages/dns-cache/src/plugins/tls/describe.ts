import type { TlsValue } from './setup.ts';

export const describe = ({ identity, authorities, clientAuth }: TlsValue): readonly string[] => [
  `tls ${identity.certificate.text} ${identity.key.text}`,
  `  certificates of clients: ${clientAuth}, of ${authorities?.text ?? "the system's authorities"}`,
];
