/** How long things take, in milliseconds, however many ask. */
export const DELAY_MS = {
  /** From a pod to its node, and back. */
  podLink: 0.02,
  /** What the agent takes to answer from memory, or to ask. */
  agent: 0.05,
  /** From the node to a server, and back. */
  nodeToNode: 0.4,
  coreDns: 0.1,
  /** What a resolver outside the cluster takes. */
  outside: 20,
} as const;
