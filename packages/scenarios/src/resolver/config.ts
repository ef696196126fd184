/** What a resolv.conf says, with glibc's defaults and limits (resolv/res_init.c, glibc 2.36). */
export interface ResolverConfig {
  readonly nameservers: readonly string[];
  /** Names that are appended, in order. */
  readonly search: readonly string[];
  /** A name with at least so many dots is tried as it is before the search list. */
  readonly ndots: number;
  readonly timeoutMs: number;
  readonly attempts: number;
}

const NAMESERVERS_MAX = 3; // MAXNS
const NDOTS_MAX = 15; // RES_MAXNDOTS
const TIMEOUT_SECONDS_MAX = 30; // RES_MAXRETRANS
const ATTEMPTS_MAX = 5; // RES_MAXRETRY

export const readResolvConf = (text: string): ResolverConfig => {
  const nameservers: string[] = [];
  let search: readonly string[] = [];
  let options: readonly string[] = [];
  for (const line of text.split('\n')) {
    // A comment mark counts only at the beginning of a line.
    if (/^[#;]/.test(line)) continue;
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && words[0] !== undefined) nameservers.push(words[0]);
    // The last of `search` and `domain` counts.
    else if (keyword === 'search') search = words;
    else if (keyword === 'domain') search = words.slice(0, 1);
    else if (keyword === 'options') options = [...options, ...words];
  }
  const number = (name: string, otherwise: number, max: number): number => {
    const found = options.findLast((option) => option.startsWith(`${name}:`))?.slice(name.length + 1);
    return found === undefined || !/^\d+$/.test(found) ? otherwise : Math.min(Number(found), max);
  };
  return {
    nameservers: nameservers.length === 0 ? ['127.0.0.1'] : nameservers.slice(0, NAMESERVERS_MAX),
    search: search.map((domain) => domain.replace(/\.$/, '')),
    ndots: number('ndots', 1, NDOTS_MAX),
    timeoutMs: number('timeout', 5, TIMEOUT_SECONDS_MAX) * 1000,
    attempts: number('attempts', 2, ATTEMPTS_MAX),
  };
};
