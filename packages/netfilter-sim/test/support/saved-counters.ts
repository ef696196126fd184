/** Packets and octets that `iptables-save -c` lists, as `table CHAIN number` and `packets:octets`, in its order; number 0 is a policy. */
export const savedCounters = (saved: string): ReadonlyMap<string, string> => {
  const counters = new Map<string, string>();
  const numbers = new Map<string, number>();
  let table = '';
  for (const line of saved.split('\n')) {
    const [, newTable] = /^\*(\S+)/.exec(line) ?? [];
    if (newTable !== undefined) table = newTable;
    const [, builtIn, policyCount] = /^:(\S+) (?:ACCEPT|DROP) \[(\d+:\d+)\]/.exec(line) ?? [];
    if (builtIn !== undefined) counters.set(`${table} ${builtIn} 0`, policyCount ?? '');
    const [, ruleCount, chain] = /^\[(\d+:\d+)\] -A (\S+)/.exec(line) ?? [];
    if (chain === undefined) continue;
    const number = (numbers.get(`${table} ${chain}`) ?? 0) + 1;
    numbers.set(`${table} ${chain}`, number);
    counters.set(`${table} ${chain} ${number}`, ruleCount ?? '');
  }
  return counters;
};
