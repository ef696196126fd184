/** How long things take on the node, in milliseconds. What links and servers take, the scenario says. */
export const DELAY_MS = {
  /** What node-cache takes to answer from memory, or to ask. */
  nodeCache: 0.05,
} as const;
