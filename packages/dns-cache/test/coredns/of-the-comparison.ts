/** Rows about no difference of the servers: two machines, or what a difference in a step makes of another part of it. */
export const OF_THE_COMPARISON: ReadonlySet<string> = new Set(['client-port', 'hosts-file', 'size-follows', 'flags-follow']);
