import { NO_OPTIONS } from '../config.ts';
import type { ResolverConfig } from '../config.ts';
import { numberOption, readLines } from '../lines.ts';

const NAMESERVERS_MAX = 3; // MAXNS

/** What a resolv.conf says to musl 1.2.3 (src/network/resolvconf.c): it knows `ndots`, `attempts` and `timeout`, and no other option. */
export const readMuslConfig = (text: string): ResolverConfig => {
  const { nameservers, search, options } = readLines(text);
  return {
    ...NO_OPTIONS,
    nameservers: nameservers.length === 0 ? ['127.0.0.1'] : nameservers.slice(0, NAMESERVERS_MAX),
    search,
    ndots: numberOption(options, 'ndots', 1, { max: 15 }),
    timeoutMs: numberOption(options, 'timeout', 5, { max: 60 }) * 1000,
    attempts: numberOption(options, 'attempts', 2, { max: 10 }),
  };
};
