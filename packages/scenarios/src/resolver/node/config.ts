import { NO_OPTIONS } from '../config.ts';
import type { ResolverConfig } from '../config.ts';
import { numberOption, readLines } from '../lines.ts';

/** Node asks for so many attempts itself, so `attempts` counts for nothing (lib/internal/dns/utils.js, Node 20). */
const ATTEMPTS = 4;

/**
 * What a resolv.conf says to the c-ares 1.34.6 in Node 20 (src/lib/ares_sysconfig_files.c). The search list is passed over:
 * `dns.resolve` asks for a name as it is.
 */
export const readNodeConfig = (text: string): ResolverConfig => {
  const { nameservers, options } = readLines(text);
  const retrans = numberOption(options, 'retrans', 2, { min: 1 });
  return {
    ...NO_OPTIONS,
    nameservers: nameservers.length === 0 ? ['127.0.0.1'] : nameservers,
    search: [],
    ndots: 0,
    timeoutMs: numberOption(options, 'timeout', retrans, { min: 1 }) * 1000,
    attempts: ATTEMPTS,
    rotate: options.includes('rotate'),
    useVc: options.includes('use-vc') || options.includes('usevc'),
  };
};
