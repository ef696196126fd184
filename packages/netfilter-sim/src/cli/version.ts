import { readFileSync } from 'node:fs';

/** What `--version` says, as CoreDNS does: name and number of a package. @param manifest where its package.json is */
export const versionIn = (manifest: URL): string => {
  const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly name: string; readonly version: string };
  return `${name.replace('@nodelocal/', '')}-${version}`;
};
