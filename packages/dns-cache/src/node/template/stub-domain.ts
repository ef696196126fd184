const LABEL = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/;

/**
 * What is wrong with the name of a stub domain: it must be a DNS-1123 subdomain, as node-cache wants it, and its labels
 * no longer than labels are, which DNS-1123 does not say.
 */
export const domainFault = (domain: string): string | undefined => {
  const mend = "write lower-case letters, digits, '-' and '.', as in acme.local";
  if (domain === '') return `its name is empty; ${mend}`;
  const labels = domain.split('.');
  if (domain.length > 253 || labels.some((label) => label.length > 63)) {
    return 'its name is too long: a label has at most 63 characters, a name 253';
  }
  return labels.every((label) => LABEL.test(label)) ? undefined : `not a domain name; ${mend}`;
};

/** The block that a stub domain is served by, with the empty line before it; the bytes are node-cache's. */
export const stubBlock = (domain: string, servers: readonly string[], port: number, localAddresses: string): string =>
  `\n${domain}:${port} {\n    errors\n    cache 30\n    bind ${localAddresses}\n    forward . ${servers.join(' ')}\n}\n`;
