/** What lines of a resolv.conf say, before any resolver has set limits to it. */
export interface ResolvConfLines {
  /** In order, all of them. */
  readonly nameservers: readonly string[];
  /** The words of the last `search` or `domain`; of `domain` only the first. */
  readonly search: readonly string[];
  /** Words of all `options` lines, in order. */
  readonly options: readonly string[];
}

/** Reads a resolv.conf (resolv.conf(5)). */
export const readLines = (text: string): ResolvConfLines => {
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
  return { nameservers, search: search.map((domain) => domain.replace(/\.$/, '')), options };
};

/** The last `name:NUMBER` among options, within limits. */
export const numberOption = (
  options: readonly string[],
  name: string,
  otherwise: number,
  { min = 0, max = Infinity }: { readonly min?: number; readonly max?: number },
): number => {
  const found = options.findLast((option) => option.startsWith(`${name}:`))?.slice(name.length + 1);
  return found === undefined || !/^\d+$/.test(found) ? otherwise : Math.max(min, Math.min(Number(found), max));
};
