import { numberOption, readLines } from './lines.ts';

/** What a resolver takes from a resolv.conf. Each one reads it in its own way: what it does not know stays false. */
export interface ResolverConfig {
  /** Addresses, in the order in which they are asked. */
  readonly nameservers: readonly string[];
  /** Names that are appended, in order. */
  readonly search: readonly string[];
  /** A name with at least so many dots is tried as it is before the search list. */
  readonly ndots: number;
  readonly timeoutMs: number;
  /** How often each is asked. */
  readonly attempts: number;
  /** `rotate`: another nameserver is the first for each name. */
  readonly rotate: boolean;
  /** `single-request`: AAAA is asked for when A is answered; `-reopen`: from a socket of its own. */
  readonly asking: 'together' | 'single-request' | 'single-request-reopen';
  /** `use-vc`: by TCP from the start. */
  readonly useVc: boolean;
  /** `trust-ad`: queries have the AD bit (RFC 6840 §5.7). */
  readonly trustAd: boolean;
  /** `edns0`: queries offer EDNS (RFC 6891). */
  readonly edns0: boolean;
  /** `no-aaaa`: only A is asked for. */
  readonly noAaaa: boolean;
}

/** A resolver that knows none of the options which are words. */
export const NO_OPTIONS = {
  rotate: false,
  asking: 'together',
  useVc: false,
  trustAd: false,
  edns0: false,
  noAaaa: false,
} as const;

const NAMESERVERS_MAX = 3; // MAXNS
const NDOTS_MAX = 15; // RES_MAXNDOTS
const TIMEOUT_SECONDS_MAX = 30; // RES_MAXRETRANS
const ATTEMPTS_MAX = 5; // RES_MAXRETRY

/** What the text of a resolv.conf says, with glibc's defaults and limits (resolv/res_init.c, glibc 2.36). */
export const readResolvConf = (text: string): ResolverConfig => {
  const { nameservers, search, options } = readLines(text);
  const has = (option: string): boolean => options.includes(option);
  return {
    nameservers: nameservers.length === 0 ? ['127.0.0.1'] : nameservers.slice(0, NAMESERVERS_MAX),
    search,
    ndots: numberOption(options, 'ndots', 1, { max: NDOTS_MAX }),
    timeoutMs: numberOption(options, 'timeout', 5, { max: TIMEOUT_SECONDS_MAX }) * 1000,
    attempts: numberOption(options, 'attempts', 2, { max: ATTEMPTS_MAX }),
    rotate: has('rotate'),
    asking: has('single-request-reopen') ? 'single-request-reopen' : has('single-request') ? 'single-request' : 'together',
    useVc: has('use-vc'),
    trustAd: has('trust-ad'),
    edns0: has('edns0'),
    noAaaa: has('no-aaaa'),
  };
};
