import { CorefileError } from '../corefile/error.ts';
import type { Entry, RawBlock } from '../corefile/grammar.ts';
import type { ZoneKey } from '../corefile/zone.ts';
import { readZoneKey } from '../corefile/zone.ts';
import { notBuilt } from '../directive/arguments.ts';
import type { ConfiguredPlugin, Plugin } from '../plugin/plugin.ts';
import type { ServerBlock } from '../plugin/server-block.ts';
import type { Machine } from '../plugin/written.ts';
import { LATER_DIRECTIVES, PLUGINS } from '../plugins/index.ts';

const checkDirective = ({ name }: Entry): void => {
  if (PLUGINS.some(({ directive }) => directive === name.text)) return;
  if (LATER_DIRECTIVES.has(name.text)) throw notBuilt(`directive '${name.text}'`, name);
  const known = PLUGINS.map(({ directive }) => directive).join(', ');
  throw new CorefileError(name, `Unknown directive '${name.text}'`, `known are ${known}`);
};

/** A block on one line ends where CoreDNS would see its end (coredns/caddy caddyfile/dispenser.go, RemainingArgs). */
const checkClosing = ({ body }: Entry, { closesAfter }: Plugin): void => {
  for (const { name, closedBy } of body) {
    if (closedBy === undefined || closesAfter.includes(name.text)) continue;
    const mend = `'${name.text}' takes all words of its line: put the brace on the next one`;
    throw new CorefileError(closedBy, "Unexpected '}'", mend);
  }
};

/** CoreDNS serves such a block unencrypted, which nobody means who writes `tls://`. */
const refuseWithoutCertificate = (keys: readonly ZoneKey[], plugins: readonly ConfiguredPlugin[]): void => {
  const secure = keys.find(({ scheme }) => scheme === 'tls');
  if (secure === undefined || plugins.some(({ directive }) => directive === 'tls')) return;
  const reason = `tls://${secure.zone.text} has no certificate`;
  throw new CorefileError(secure.position, reason, 'add `tls CERT KEY` to the server block');
};

/** What the directives of a block mean, each read by its plugin. @throws CorefileError */
export const configureBlock = ({ keys, entries }: RawBlock, machine: Machine): ServerBlock => {
  const [first] = keys;
  if (first === undefined) throw new RangeError('a server block without keys');
  for (const entry of entries) checkDirective(entry);
  const zoneKeys = keys.flatMap(readZoneKey);
  const zones = zoneKeys.map(({ zone }) => zone);
  const plugins = PLUGINS.flatMap((plugin) => {
    const written = entries.filter(({ name }) => name.text === plugin.directive);
    for (const entry of written) checkClosing(entry, plugin);
    return written.length === 0 ? [] : [plugin.configure({ entries: written, zones, machine })];
  });
  refuseWithoutCertificate(zoneKeys, plugins);
  return { position: first, keys: zoneKeys, plugins };
};
