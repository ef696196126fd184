/**
 * Matchers for unit tests of rule sets. Importing this file makes them known to vitest:
 *
 *   import { testNode } from '@nodelocal/netfilter-sim/vitest';
 *   expect(node.send('vpod1: udp 10.244.1.5:40000 > 10.96.0.10:53'))
 *     .toBeDelivered({ untracked: true, through: 'raw PREROUTING rule 3' });
 * @module @nodelocal/netfilter-sim/vitest
 */
import { expect } from 'vitest';
import type { Claim } from './claim.ts';
import { matchers } from './matchers.ts';

expect.extend(matchers);

interface RuleSetMatchers<Result> {
  /** The node itself got the packet. */
  toBeDelivered: (claim?: Claim) => Result;
  /** It passed through the node. */
  toBeForwarded: (claim?: Claim) => Result;
  /** The node sent it. */
  toBeSent: (claim?: Claim) => Result;
  /** It came to nothing, rejected or not. */
  toBeDropped: (claim?: Claim) => Result;
  /** It came to nothing, and its sender was told. */
  toBeRejected: (claim?: Claim) => Result;
  /** It waits in a queue for a program. */
  toBeHeld: (claim?: Claim) => Result;
}

declare module 'vitest' {
  // eslint-disable-next-line typescript/no-empty-object-type, typescript/no-explicit-any -- vitest declares it so
  interface Matchers<T = any> extends RuleSetMatchers<T> {}
}

export type { Claim } from './claim.ts';
export { ClaimError } from './matchers.ts';
export type { TestNode, TestNodeOptions } from './test-node.ts';
export { testNode } from './test-node.ts';
