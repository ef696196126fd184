import { LESSON } from '../cluster/lesson.ts';
import type { NodePlan } from '../node/plan.ts';

/** node-cache cannot listen on an address that the node does not have. */
export const boundCorefile = (corefile: string, { localAddress, clusterIp }: Pick<NodePlan, 'localAddress' | 'clusterIp'>): string => {
  const missing = [...(localAddress ? [] : [LESSON.localDns]), ...(clusterIp ? [] : [LESSON.clusterDns])];
  return corefile.replaceAll(/^\s*bind\s.*$/gm, (line) => missing.reduce<string>((words, address) => words.replace(` ${address}`, ''), line));
};
