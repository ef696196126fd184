/** Rows about no difference of the servers: two machines, or what a difference in a step makes of another part of it. */
export const OF_THE_COMPARISON: ReadonlySet<string> = new Set(['burst-order', 'client-port', 'hosts-file', 'machine-name', 'shuffled', 'size-follows']);
