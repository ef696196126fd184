import { NO_OPTIONS } from '../config.ts';
import type { ResolverConfig } from '../config.ts';
import { numberOption, readLines } from '../lines.ts';

/**
 * What a resolv.conf says to c-ares 1.18.1 (src/lib/ares_init.c). It has names of its own for two options: `retrans`, in
 * milliseconds, and `retry`; it passes over `timeout` and `attempts`, and knows no limits.
 */
export const readCaresConfig = (text: string): ResolverConfig => {
  const { nameservers, search, options } = readLines(text);
  return {
    ...NO_OPTIONS,
    nameservers: nameservers.length === 0 ? ['127.0.0.1'] : nameservers,
    search: search.filter((domain) => domain !== ''),
    ndots: numberOption(options, 'ndots', 1, {}),
    timeoutMs: numberOption(options, 'retrans', 5000, {}),
    attempts: numberOption(options, 'retry', 4, {}),
    rotate: options.includes('rotate'),
  };
};

/** Node asks for four attempts itself, so `retry` counts for nothing, nor does the search list (lib/internal/dns/utils.js, Node 18). */
export const readDebianNodeConfig = (text: string): ResolverConfig => ({ ...readCaresConfig(text), attempts: 4, search: [], ndots: 0 });
