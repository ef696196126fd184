/** The rules of `nft -a list ruleset`, by handle inside their table and chain. */
export const listedRules = (listing: string): ReadonlyMap<string, string> => {
  const rules = new Map<string, string>();
  let [table, chain] = ['', ''];
  for (const line of listing.split('\n')) {
    table = /^table (\S+ \S+) \{/.exec(line)?.[1] ?? table;
    chain = /^\tchain (\S+) \{/.exec(line)?.[1] ?? chain;
    const [, text, handle] = /^\t\t(.*) # handle (\d+)$/.exec(line) ?? [];
    if (text !== undefined) rules.set(`${table} ${chain} handle ${handle}`, text);
  }
  return rules;
};
