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

/** The options that stand on one line, each with its own words (coredns/caddy caddyfile/dispenser.go, NextArg). */
const splitOption = (option: Entry, words: Plugin['words']): readonly Entry[] => {
  const own = Object.hasOwn(words, option.name.text) ? words[option.name.text] : undefined;
  if (own === undefined) {
    if (option.closedBy === undefined) return [option];
    const mend = `'${option.name.text}' takes all words of its line: put the brace on the next one`;
    throw new CorefileError(option.closedBy, "Unexpected '}'", mend);
  }
  const [name, ...others] = option.arguments.slice(own);
  if (name === undefined) return [option];
  const first = { ...option, arguments: option.arguments.slice(0, own), body: [], closedBy: undefined };
  return [first, ...splitOption({ ...option, name, arguments: others }, words)];
};

const splitOptions = (entry: Entry, { words }: Plugin): Entry => ({
  ...entry,
  body: entry.body.flatMap((option) => splitOption(option, words)),
});

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
  const plugins: ConfiguredPlugin[] = [];
  for (const plugin of PLUGINS) {
    const written = entries.filter(({ name }) => name.text === plugin.directive).map((entry) => splitOptions(entry, plugin));
    // `root` is the first of the table, and so before all that have files.
    const root = plugins.find((one) => one.root !== undefined)?.root ?? '';
    if (written.length > 0) plugins.push(plugin.configure({ entries: written, zones, keys: zoneKeys, machine, root }));
  }
  refuseWithoutCertificate(zoneKeys, plugins);
  return { position: first, keys: zoneKeys, plugins };
};
