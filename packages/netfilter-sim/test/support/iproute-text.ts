/** What `ip addr` prints, in the form of `ip -j addr`. */
export const addressesFromText = (text: string): readonly object[] =>
  text.split(/^(?=\d+: )/m).map((block) => {
    const [, index = '', name = '', flags = ''] = /^(\d+): ([^:@]+)(?:@\S+)?: <([^>]*)>/.exec(block) ?? [];
    const addresses = [...block.matchAll(/^ +inet6? (\S+)\/(\d+) scope (\w+)/gm)];
    return {
      ifindex: Number(index),
      ifname: name,
      flags: flags.split(','),
      mtu: Number(/ mtu (\d+)/.exec(block)?.[1]),
      addr_info: addresses.map(([, local, length, scope]) => ({ local, prefixlen: Number(length), scope })),
    };
  });

/** What `ip route show` prints, in the form of `ip -j route`. */
export const routesFromText = (text: string, table: string): readonly object[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const words = line.trim().split(' ');
      const typed = ['local', 'broadcast'].includes(words[0] ?? '');
      const value = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
      return {
        ...(typed ? { type: words[0] } : {}),
        dst: words[typed ? 1 : 0],
        table,
        dev: value('dev'),
        ...Object.fromEntries(
          [['gateway', value('via')], ['scope', value('scope')], ['prefsrc', value('src')]].filter(([, found]) => found !== undefined),
        ),
      };
    });
