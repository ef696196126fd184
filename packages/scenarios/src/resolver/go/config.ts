import { NO_OPTIONS } from '../config.ts';
import type { ResolverConfig } from '../config.ts';
import { numberOption, readLines } from '../lines.ts';

const NAMESERVERS_MAX = 3;

/**
 * What a resolv.conf says to Go's own resolver (net/dnsconfig_unix.go, Go 1.26). Both words for single requests mean the
 * same, and `edns0` nothing: it always offers EDNS.
 */
export const readGoConfig = (text: string): ResolverConfig => {
  const { nameservers, search, options } = readLines(text);
  const has = (...words: readonly string[]): boolean => words.some((word) => options.includes(word));
  return {
    ...NO_OPTIONS,
    nameservers: nameservers.length === 0 ? ['127.0.0.1', '::1'] : nameservers.slice(0, NAMESERVERS_MAX),
    search: search.filter((domain) => domain !== ''),
    ndots: numberOption(options, 'ndots', 1, { max: 15 }),
    timeoutMs: numberOption(options, 'timeout', 5, { min: 1 }) * 1000,
    attempts: numberOption(options, 'attempts', 2, { min: 1 }),
    rotate: has('rotate'),
    asking: has('single-request', 'single-request-reopen') ? 'single-request' : 'together',
    useVc: has('use-vc', 'usevc', 'tcp'),
    trustAd: has('trust-ad'),
    edns0: true,
  };
};
