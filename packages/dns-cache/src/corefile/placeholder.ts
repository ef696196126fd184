/** The words that NodeLocal DNSCache's manifest leaves for others to fill, and with what. */
const FILLED: Readonly<Record<string, string>> = {
  __PILLAR__LOCAL__DNS__: "the agent's own address (169.254.20.10)",
  __PILLAR__DNS__SERVER__: 'the cluster IP of kube-dns, or nothing',
  __PILLAR__DNS__DOMAIN__: "the cluster's domain (cluster.local)",
  __PILLAR__CLUSTER__DNS__: 'the cluster IP of kube-dns-upstream',
  __PILLAR__UPSTREAM__SERVERS__: '/etc/resolv.conf, or the addresses of resolvers,',
};

/** What to do about a placeholder in a word; `undefined` where there is none. */
export const placeholderHint = (word: string): string | undefined => {
  const [found] = /__PILLAR__[A-Z]+(?:__?[A-Z]+)*__/.exec(word) ?? [];
  if (found === undefined) return undefined;
  const wanted = FILLED[found] ?? 'what it stands for';
  return `${found} is a placeholder of NodeLocal DNSCache's manifest: put ${wanted} in its place`;
};

/** The same for the words of a Corefile, each placeholder once. */
export const placeholderHints = (words: readonly string[]): readonly string[] => [
  ...new Set(words.flatMap((word) => placeholderHint(word) ?? [])),
];
