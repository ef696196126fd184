import { PLUGINS } from '../plugins/index.ts';

/** What a Corefile can have, in the form of CoreDNS's `-plugins`. */
export const pluginNames = (): string =>
  ['Server types:', '  dns', '', 'Other plugins:', ...PLUGINS.map(({ directive }) => `  dns.${directive}`).toSorted(), ''].join('\n');
