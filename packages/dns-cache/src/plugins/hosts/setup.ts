import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Zone } from '../../corefile/zone.ts';
import { onlyOnce, readInteger, takeArguments, takeDuration, takeZones } from '../../directive/arguments.ts';
import type { Fallthrough } from '../../directive/fallthrough.ts';
import { readFallthrough } from '../../directive/fallthrough.ts';
import { rooted } from '../../directive/rooted.ts';
import type { Written } from '../../plugin/written.ts';

export interface HostsValue {
  readonly path: string;
  readonly zones: readonly Zone[];
  /** Lines of the Corefile in the form of the file. */
  readonly inline: readonly string[];
  readonly ttlSeconds: number;
  /** Whether an address is told its names. */
  readonly reverse: boolean;
  /** How often the file is looked at; 0 is never again. */
  readonly reloadMs: number;
  readonly fallthrough: Fallthrough;
  /** Whether a type that no hosts file has falls through too, for a name that it has. */
  readonly unsupportedFallsThrough: boolean;
}

const TTL_SECONDS_DEFAULT = 3600;
const TTL_SECONDS_MAX = 65535;
const RELOAD_MS_DEFAULT = 5000;

const readTtl = ({ name, arguments: given }: Entry): number => {
  const [token] = given;
  if (token === undefined) throw new CorefileError(name, 'ttl needs a time in second', 'write ttl SECONDS');
  const seconds = readInteger(token);
  if (seconds === undefined) throw new CorefileError(token, `ttl needs a number of second: '${token.text}'`);
  if (seconds < 1 || seconds > TTL_SECONDS_MAX) {
    throw new CorefileError(token, `ttl provided is invalid: ${seconds}`, `give 1 to ${TTL_SECONDS_MAX} seconds`);
  }
  return seconds;
};

const readReload = (option: Entry): number => {
  const [token = option.name] = takeArguments(option, 1, 1, 'write reload DURATION, 0s to never reload');
  const ms = takeDuration(token, 'the reload interval');
  if (ms < 0) throw new CorefileError(token, `invalid negative duration for reload '${token.text}'`);
  return ms;
};

const applyOption = (value: HostsValue, option: Entry): HostsValue => {
  const { name } = option;
  const inner = option.body[0];
  if (inner !== undefined) throw new CorefileError(inner.name, `'${name.text}' has no block of options`);
  switch (name.text) {
    case 'fallthrough':
      return { ...value, fallthrough: readFallthrough(option.arguments) };
    case 'fallthrough_unsupported':
      takeArguments(option, 0, 0);
      return { ...value, unsupportedFallsThrough: true };
    case 'no_reverse':
      return { ...value, reverse: false };
    case 'ttl':
      return { ...value, ttlSeconds: readTtl(option) };
    case 'reload':
      return { ...value, reloadMs: readReload(option) };
    default: {
      if (value.fallthrough.length > 0) {
        throw new CorefileError(name, `unknown property '${name.text}'`, 'lines of a hosts file stand before fallthrough');
      }
      const line = [name, ...option.arguments].map(({ text }) => text).join(' ');
      return { ...value, inline: [...value.inline, line] };
    }
  }
};

/** `hosts [FILE [ZONES...]] { lines of a hosts file, then options }` (CoreDNS plugin/hosts/setup.go). */
export const setup = ({ entries, zones: blockZones, root }: Written): HostsValue => {
  const entry = onlyOnce(entries);
  const [path, ...zones] = entry.arguments;
  const value = entry.body.reduce(applyOption, {
    path: path === undefined ? '/etc/hosts' : rooted(path, root).text,
    zones: takeZones(zones, blockZones),
    inline: [],
    ttlSeconds: TTL_SECONDS_DEFAULT,
    reverse: true,
    reloadMs: RELOAD_MS_DEFAULT,
    fallthrough: [],
    unsupportedFallsThrough: false,
  });
  if (value.unsupportedFallsThrough && value.fallthrough.length === 0) {
    throw new CorefileError(entry.name, 'fallthrough_unsupported requires fallthrough', 'add a line fallthrough');
  }
  return value;
};
