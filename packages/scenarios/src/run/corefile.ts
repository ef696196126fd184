import { LESSON } from '../cluster/lesson.ts';
import type { NodePlan } from '../node/plan.ts';

/** node-cache cannot listen on an address that the node does not have; where a block is left without any, it cannot start: `undefined`. */
export const boundCorefile = (corefile: string, { localAddress, clusterIp }: Pick<NodePlan, 'localAddress' | 'clusterIp'>): string | undefined => {
  const missing = [...(localAddress ? [] : [LESSON.localDns]), ...(clusterIp ? [] : [LESSON.clusterDns])];
  const bound = corefile.replaceAll(/^\s*bind\s.*$/gm, (line) => missing.reduce<string>((words, address) => words.replace(` ${address}`, ''), line));
  return /^\s*bind\s*$/m.test(bound) ? undefined : bound;
};
