/** How long things take in the modelled cluster, in milliseconds. */
export const DELAY_MS = {
  /** From a pod to its node, and back. */
  podLink: 0.02,
  /** From the node to a pod on another node. */
  nodeToNode: 0.4,
  /** What CoreDNS and node-cache take to answer from memory. */
  coreDns: 0.1,
  nodeCache: 0.05,
  /** What a resolver outside the cluster takes. */
  outside: 20,
  /** A pod's next lookup follows the end of the one before. */
  betweenLookups: 1000,
} as const;
